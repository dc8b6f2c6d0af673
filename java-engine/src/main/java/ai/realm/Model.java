package ai.realm;

import ai.realm.engine.AwaitedGeneration;
import ai.realm.engine.GenerationResult;
import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelLease;
import ai.realm.engine.ModelStats;
import ai.realm.gguf.GgufMetadata;
import ai.realm.host.Host;
import ai.realm.model.cache.Sharing;
import ai.realm.tokenizer.SpecialTokens;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A loaded model. Safe for all threads; what several ask for at once is computed in turns. Once it
 * is closed, every call is {@code DISPOSED}.
 */
public final class Model implements AutoCloseable {
  private final LoadedModel loaded;

  Model(LoadedModel loaded) {
    this.loaded = loaded;
  }

  /** Its name, for people. */
  public String name() {
    return loaded.file().name();
  }

  /** The family that it belongs to, as {@code llama}. */
  public String architecture() {
    return metadata().string("general.architecture", "");
  }

  /** Tokens that a prompt and its answer may have together. */
  public int contextLength() {
    return loaded.contextLength();
  }

  /** What it does now, and did since it was loaded. */
  public ModelStats stats() {
    return loaded.stats();
  }

  /** The key-value pairs of its file. */
  public GgufMetadata metadata() {
    try (ModelLease lease = loaded.lease()) {
      return lease.model().file().metadata();
    }
  }

  /**
   * What was assumed where its file says nothing that is known, in sentences for people; mostly
   * none. The text may suffer from it.
   */
  public List<String> warnings() {
    return loaded.tokenizer().warnings();
  }

  /** The ids of a text in which nothing is a special token, and to which none is added. */
  public int[] tokenize(String text) {
    return tokenize(text, false, false);
  }

  /**
   * The ids of a text.
   *
   * @param special whether texts of special tokens in it become these tokens
   * @param addBos whether the tokens that the file asks for around a text are added
   */
  public int[] tokenize(String text, boolean special, boolean addBos) {
    try (ModelLease lease = loaded.lease()) {
      SpecialTokens parsed = special ? new SpecialTokens.All() : new SpecialTokens.None();
      return lease.model().tokenizer().encode(text, parsed, addBos);
    }
  }

  /**
   * The text of ids; bytes that are no valid UTF-8 become U+FFFD.
   *
   * @throws ai.realm.error.EngineException {@code TOKEN_OUT_OF_RANGE}
   */
  public String detokenize(int... ids) {
    try (ModelLease lease = loaded.lease()) {
      return lease.model().tokenizer().decode(ids);
    }
  }

  /** Continues a prompt, and returns when the text has ended. */
  public GenerationResult generate(String prompt, GenerateOptions options) {
    return generate(prompt, options, _ -> {});
  }

  /**
   * Continues a prompt, and returns when the text has ended. An interrupt of the calling thread
   * ends it as {@code ABORTED}.
   *
   * @param prompt taken verbatim: chat templates are for the JavaScript API, which can run them
   * @param pieces gets each piece of the text on the calling thread: whole characters
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT}, {@code CONTEXT_OVERFLOW},
   *     {@code TOKEN_OUT_OF_RANGE} or {@code ABORTED}
   */
  public GenerationResult generate(
      String prompt, GenerateOptions options, Consumer<String> pieces) {
    SpecialTokens special = options.special() ? new SpecialTokens.All() : new SpecialTokens.None();
    int[] ids;
    try (ModelLease lease = loaded.lease()) {
      ids = lease.model().tokenizer().encodePrompt(prompt, special, options.addBos());
    }
    return generate(ids, options, pieces);
  }

  /** Continues a prompt of ids; see {@link #generate(String, GenerateOptions, Consumer)}. */
  public GenerationResult generate(int[] prompt, GenerateOptions options, Consumer<String> pieces) {
    AwaitedGeneration generation =
        loaded.lease().handOver(lease -> new AwaitedGeneration(lease, prompt, options.asked()));
    return generation.await(piece -> {
      pieces.accept(piece);
      return true;
    });
  }

  /**
   * An empty sequence that goes on from call to call, to be closed; the model's close closes it,
   * too.
   *
   * @param tenant as {@link GenerateOptions#tenant}
   * @param cache as {@link GenerateOptions#cache}
   */
  public TextSequence openSequence(String tenant, Sharing.Among cache) {
    try (ModelLease lease = loaded.lease()) {
      return new TextSequence(lease.openSequence(cache.of(tenant)));
    }
  }

  /** A sequence that was saved; see {@link ModelLease#restoreSequence}. */
  public TextSequence restoreSequence(Path file) {
    try (ModelLease lease = loaded.lease()) {
      return new TextSequence(lease.restoreSequence(file));
    }
  }

  /**
   * Takes it among the models of {@code host}, which can grant it to guests. It then cannot close
   * before the host and its guests have removed it.
   *
   * @return its id in the host
   */
  public int addTo(Host host) {
    return host.adopt(loaded);
  }

  /** Waits for running work, then frees the model; a second call does nothing. */
  @Override
  public void close() {
    loaded.close();
  }
}
