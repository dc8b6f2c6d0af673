package ai.realm.model.arch;

import static java.util.Map.entry;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The architectures that run, by the names that {@code general.architecture} has for them. {@code
 * js-bindings/catalog/engine.json} mirrors the names, for downloads; a test holds both together.
 */
public final class Architectures {
  private static final Map<String, Architecture> ALL =
      new TreeMap<>(
          Map.ofEntries(
              entry("bert", new Bert()),
              entry("gemma-embedding", new GemmaEmbedding()),
              entry("llama", new Llama()),
              entry("nomic-bert", new NomicBert())));

  private Architectures() {}

  /** The names of all of them, sorted. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /**
   * The architecture of this name.
   *
   * @throws EngineException {@code UNSUPPORTED_ARCHITECTURE}, with those that run
   */
  public static Architecture named(String name) {
    Architecture architecture = ALL.get(name);
    if (architecture == null) {
      throw new EngineException(
          ErrorCode.UNSUPPORTED_ARCHITECTURE,
          ("general.architecture is %s, expected one of %s; the file can be inspected and tokenized"
                  + " with, but not run")
              .formatted(name.isEmpty() ? "absent" : name, String.join(", ", names())));
    }
    return architecture;
  }
}
