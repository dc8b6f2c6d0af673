package ai.realm.host;

import ai.realm.engine.AwaitedGeneration;
import ai.realm.engine.Claim;
import ai.realm.engine.GenerationResult;
import ai.realm.engine.GenerationRules;
import ai.realm.engine.LoadedModel;
import ai.realm.error.EngineException;
import ai.realm.json.Arguments;
import ai.realm.json.GenerateOptionsJson;
import ai.realm.model.LanguageModel;
import ai.realm.model.cache.Sharing;
import ai.realm.storage.Budget;
import ai.realm.storage.ModelStore;
import ai.realm.storage.StoredModel;
import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.Tokenizer;
import com.google.gson.JsonObject;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** A tenant's text: to ids and back, and generated. Safe for all threads. */
public final class Texts {
  private final Host host;
  private final ModelStore models;
  private final Budget tokens;
  private final Budget memory;
  private final Set<AwaitedGeneration> running = ConcurrentHashMap.newKeySet();

  /** With nobody else: how long a text takes would tell a tenant what others have asked. */
  private final Sharing sharing = new Sharing.Tenant(new Object());

  /** Tenants of one model get alike much of its time. */
  private final Claim claim = Claim.of(this);

  private volatile boolean closed;

  Texts(Host host, ModelStore models, Budget tokens, Budget memory) {
    this.host = host;
    this.models = models;
    this.tokens = tokens;
    this.memory = memory;
  }

  /**
   * The ids of a text.
   *
   * @param special whether texts of special tokens in it become these tokens
   * @param addSpecial whether the tokens that the file asks for around a text are added
   * @throws EngineException {@code MODEL_NOT_FOUND}, or as {@link ai.realm.tokenizer.Tokenizers#of}
   */
  public int[] encode(int model, String text, boolean special, boolean addSpecial) {
    try (StoredModel lease = models.lease(model)) {
      return encode(host.runtime(lease).tokenizer(), text, special, addSpecial);
    }
  }

  /**
   * The text of ids.
   *
   * @throws EngineException {@code MODEL_NOT_FOUND}, {@code TOKEN_OUT_OF_RANGE}, or as {@link
   *     ai.realm.tokenizer.Tokenizers#of}
   */
  public String decode(int model, int[] ids) {
    try (StoredModel lease = models.lease(model)) {
      return host.runtime(lease).tokenizer().decode(ids);
    }
  }

  /**
   * Continues a prompt, and returns when the text has ended: at the latest where the tenant's grant
   * of tokens or of memory does.
   *
   * @param prompt taken verbatim
   * @param options as {@link GenerateOptionsJson#read}; {@code special}: whether texts of special
   *     tokens in the prompt are these tokens, true unless given; {@code addBos}: whether the
   *     tokens that the file asks for around a text are added to the prompt, true unless given
   * @param pieces gets each piece of the text on the calling thread; false cancels
   * @throws EngineException {@code MODEL_NOT_FOUND}, {@code INVALID_ARGUMENT}, {@code
   *     CONTEXT_OVERFLOW}, {@code QUOTA_EXCEEDED} if the grants leave not one token, {@code
   *     ABORTED}, or what loading a model may fail with
   */
  public GenerationResult generate(
      int model, String prompt, JsonObject options, Predicate<String> pieces) {
    Arguments args = new Arguments("options", options);
    GenerationRules wanted = GenerateOptionsJson.read(args);
    boolean special = args.optionalFlag("special", true);
    boolean addBos = args.optionalFlag("addBos", true);
    args.end();
    return generate(model, tokenizer -> encode(tokenizer, prompt, special, addBos), wanted, pieces);
  }

  /**
   * Continues a prompt of ids; see {@link #generate(int, String, JsonObject, Predicate)}.
   *
   * @param prompt gives the ids, by the model's tokenizer
   */
  public GenerationResult generate(
      int model,
      Function<Tokenizer, int[]> prompt,
      GenerationRules options,
      Predicate<String> pieces) {
    try (StoredModel lease = models.lease(model)) {
      ModelRuntime runtime = host.runtime(lease);
      int[] ids = prompt.apply(runtime.loaded().tokenizer());
      return withinGrants(runtime, ids, options, pieces);
    }
  }

  /** Cancels what runs. */
  void cancel() {
    running.forEach(AwaitedGeneration::cancel);
  }

  /** Cancels what runs, and whatever is started from now on. */
  void close() {
    closed = true;
    cancel();
  }

  private GenerationResult withinGrants(
      ModelRuntime runtime, int[] ids, GenerationRules wanted, Predicate<String> pieces) {
    int context = runtime.loaded().contextLength();
    LanguageModel model = runtime.loaded().languageModel();
    long granted = tokens.takeUpTo(Math.min(wanted.maxTokens().orElse(context), context));
    long used = 0;
    try {
      int most = affordable(model, ids.length, (int) granted);
      long bytes = model.sequenceBytes(ids.length + most);
      memory.take(bytes);
      try {
        GenerationRules bounded =
            new GenerationRules(
                OptionalInt.of(most),
                wanted.sampling(),
                wanted.stop(),
                sharing,
                wanted.speculation(),
                wanted.format(),
                wanted.logprobs(),
                claim);
        AwaitedGeneration generation = start(runtime.loaded(), ids, bounded);
        try {
          return generation.await(pieces);
        } finally {
          running.remove(generation);
          used = generation.generated();
        }
      } finally {
        memory.giveBack(bytes);
      }
    } finally {
      tokens.giveBack(granted - used);
    }
  }

  private AwaitedGeneration start(LoadedModel loaded, int[] ids, GenerationRules options) {
    AwaitedGeneration generation =
        loaded.lease().handOver(lease -> new AwaitedGeneration(lease, ids, options));
    running.add(generation);
    if (closed) {
      generation.cancel();
    }
    return generation;
  }

  /** The most tokens, at least 1, whose KV cache the tenant's memory has room for. */
  private int affordable(LanguageModel model, int prompt, int wanted) {
    long left = memory.left();
    int least = 1;
    int most = wanted;
    while (least < most) {
      int middle = least + (most - least + 1) / 2;
      if (model.sequenceBytes(prompt + middle) <= left) {
        least = middle;
      } else {
        most = middle - 1;
      }
    }
    return least;
  }

  private static int[] encode(
      Tokenizer tokenizer, String text, boolean special, boolean addSpecial) {
    SpecialTokens parsed = special ? new SpecialTokens.All() : new SpecialTokens.None();
    return tokenizer.encode(text, parsed, addSpecial);
  }
}
