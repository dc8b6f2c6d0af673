package ai.realm.spark;

import ai.realm.engine.EmbeddingOptions;
import ai.realm.engine.Format;
import ai.realm.engine.GenerationRules;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.json.Arguments;
import ai.realm.json.EmbeddingOptionsJson;
import ai.realm.json.GenerateOptionsJson;
import ai.realm.json.LoadOptionsJson;
import ai.realm.model.net.Pooling;
import ai.realm.sampling.SamplingOptions;
import ai.realm.sampling.StopStrings;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;

/**
 * Which model does the rows, and how: {@code RealmOptions.of("model.gguf")}, and a method for each
 * further option, which gives a copy. What a JSON text holds has the names, ranges and defaults of
 * JavaScript's API.
 *
 * @param model a GGUF file: a path that every executor can read, or the name of a file that was
 *     sent to them with {@code spark.files}, {@code --files} or {@code addFile}; of a split model
 *     the first
 * @param load a JSON object of {@code contextLength}, {@code threads} (by default {@code
 *     spark.executor.cores}, else one for each processor), {@code kvCache}, {@code cacheMb}, {@code
 *     parallel}, {@code maxQueue} and {@code overcommit}; by default empty
 * @param generate a JSON object of options of a text, by default empty; its {@code seed}, 0 or
 *     more, by default 0, together with a row's text gives the row's own
 * @param embed a JSON object of {@code pooling}, {@code normalize}, {@code dimensions} and {@code
 *     truncate}; by default empty
 * @param before what stands before each row's text in the prompt, such as a chat template's words:
 *     special tokens are parsed here and in {@code after}, never in a row; by default nothing
 * @param after what stands behind it; by default nothing
 * @param onError what becomes of a row that the model refuses; by default {@link OnError#FAIL}
 * @param window rows of a partition that run, or are done and wait for one before them, 1 to
 *     100,000; by default 128: twice as many as run at a time
 */
public record RealmOptions(
    String model,
    String load,
    String generate,
    String embed,
    String before,
    String after,
    OnError onError,
    int window)
    implements Serializable {
  private static final int MOST_WINDOW = 100_000;

  /**
   * Checks all of them.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, or as {@link GenerateOptionsJson#readFormat}
   */
  public RealmOptions {
    Objects.requireNonNull(before);
    Objects.requireNonNull(after);
    Objects.requireNonNull(onError);
    if (model.isEmpty()) {
      throw invalid("model is empty; it must be a file");
    }
    if (window < 1 || window > MOST_WINDOW) {
      throw invalid("window is %d; it must be 1 to %d".formatted(window, MOST_WINDOW));
    }
    loading(load);
    generating(generate);
    embedding(embed);
  }

  /** All by default. */
  public static RealmOptions of(String model) {
    return new RealmOptions(model, "{}", "{}", "{}", "", "", OnError.FAIL, 128);
  }

  /** The same, loaded so. */
  public RealmOptions load(String json) {
    return new RealmOptions(model, json, generate, embed, before, after, onError, window);
  }

  /** The same, of texts like this. */
  public RealmOptions generate(String json) {
    return new RealmOptions(model, load, json, embed, before, after, onError, window);
  }

  /** The same, of vectors like this. */
  public RealmOptions embed(String json) {
    return new RealmOptions(model, load, generate, json, before, after, onError, window);
  }

  /** The same, with this around each row's text. */
  public RealmOptions around(String first, String last) {
    return new RealmOptions(model, load, generate, embed, first, last, onError, window);
  }

  /** The same, where rows that the model refuses become this. */
  public RealmOptions onError(OnError outcome) {
    return new RealmOptions(model, load, generate, embed, before, after, outcome, window);
  }

  /** The same, with so many rows at a time. */
  public RealmOptions window(int rows) {
    return new RealmOptions(model, load, generate, embed, before, after, onError, rows);
  }

  LoadOptionsJson loading() {
    return loading(load);
  }

  GenerationRules generating() {
    return generating(generate);
  }

  EmbeddingOptions embedding() {
    return embedding(embed);
  }

  private static LoadOptionsJson loading(String json) {
    Arguments args = object("load", json);
    LoadOptionsJson options = LoadOptionsJson.read(args);
    args.end();
    return options;
  }

  private static GenerationRules generating(String json) {
    Arguments args = object("generate", json);
    GenerationRules rules = GenerateOptionsJson.read(args);
    Optional<Format> format = GenerateOptionsJson.readFormat(args);
    args.end();
    long seed = rules.sampling().seed().orElse(0);
    if (seed < 0) {
      throw invalid(
          "generate.seed is %d; it must be 0 or more: without a seed, a task that Spark tries again would make other texts"
              .formatted(seed));
    }
    // A model's file may have other defaults, all in their ranges.
    SamplingOptions _ = rules.sampling().over(SamplingOptions.DEFAULTS);
    StopStrings _ = new StopStrings(rules.stop());
    return format.map(rules::format).orElse(rules).seed(seed);
  }

  private static EmbeddingOptions embedding(String json) {
    Arguments args = object("embed", json);
    EmbeddingOptions options = EmbeddingOptionsJson.read(args);
    args.end();
    if (options.pooling().equals(Optional.of(Pooling.NONE))) {
      throw invalid(
          "embed.pooling is \"none\", which gives a vector for each token; a row has one: take"
              + " mean, cls or last");
    }
    return options;
  }

  private static Arguments object(String name, String json) {
    JsonElement value;
    try {
      value = JsonParser.parseString(json);
    } catch (JsonParseException unreadable) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          name + " is no JSON (" + unreadable.getMessage() + "); it must be an object",
          unreadable);
    }
    if (!(value instanceof JsonObject object)) {
      throw Arguments.refused(name, value, "an object");
    }
    return new Arguments(name, object);
  }

  private static EngineException invalid(String message) {
    return new EngineException(ErrorCode.INVALID_ARGUMENT, message);
  }
}
