package ai.realm.bridge.calls;

import ai.realm.engine.ModelFile;
import ai.realm.engine.ModelStats;
import ai.realm.gguf.GgufMetadata;
import ai.realm.gguf.TensorInfo;
import ai.realm.json.MetadataJson;
import ai.realm.tokenizer.Tokenizer;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.foreign.MemorySegment;

/** What JavaScript learns of models, as JSON. */
final class ModelJson {
  private ModelJson() {}

  /** All that is known of an open model but its id; opening it took {@code milliseconds}. */
  static JsonObject opened(OpenModel model, double milliseconds) {
    ModelFile file = model.file();
    GgufMetadata metadata = file.metadata();
    Tokenizer tokenizer = file.tokenizer();
    String architecture = metadata.string("general.architecture", "");
    JsonObject json = new JsonObject();
    json.addProperty("name", file.name());
    json.addProperty("architecture", architecture);
    json.addProperty(
        "fileBytes", file.gguf().files().stream().mapToLong(MemorySegment::byteSize).sum());
    switch (model) {
      case OpenModel.Loaded loaded -> {
        json.addProperty("contextLength", loaded.model().contextLength());
        json.addProperty("trainedContext", loaded.model().trainedContext());
        json.addProperty("parallel", loaded.model().parallel());
      }
      case OpenModel.VocabularyOnly vocabulary -> {
        long context = metadata.integer(architecture + ".context_length", 0);
        json.addProperty("contextLength", context);
        json.addProperty("trainedContext", context);
      }
    }
    json.addProperty("vocabularySize", tokenizer.vocabularySize());
    json.add("metadata", MetadataJson.withoutLongArrays(metadata));
    String template = metadata.string("tokenizer.chat_template", null);
    json.add("chatTemplate", template == null ? JsonNull.INSTANCE : new JsonPrimitive(template));
    json.add("bosToken", token(tokenizer, tokenizer.bos()));
    json.add("eosToken", token(tokenizer, tokenizer.eos()));
    json.addProperty("loadMs", milliseconds);
    JsonArray warnings = new JsonArray();
    tokenizer.warnings().forEach(warnings::add);
    json.add("warnings", warnings);
    return json;
  }

  /** One tensor of a file. */
  static JsonObject tensor(TensorInfo tensor) {
    JsonObject json = new JsonObject();
    json.addProperty("name", tensor.name());
    json.addProperty("type", tensor.type().name());
    JsonArray shape = new JsonArray();
    for (long dimension : tensor.shape()) {
      shape.add(dimension);
    }
    json.add("shape", shape);
    json.addProperty("offset", tensor.offset());
    json.addProperty("bytes", tensor.data().byteSize());
    return json;
  }

  /** What a model does. */
  static JsonObject stats(ModelStats stats) {
    JsonObject json = new JsonObject();
    json.addProperty("running", stats.running());
    json.addProperty("waiting", stats.waiting());
    json.addProperty("paused", stats.paused());
    json.addProperty("promptTokens", stats.promptTokens());
    json.addProperty("textTokens", stats.textTokens());
    json.addProperty("promptTokensPerSecond", stats.promptTokensPerSecond());
    json.addProperty("textTokensPerSecond", stats.textTokensPerSecond());
    json.addProperty("draftedTokens", stats.drafted());
    json.addProperty("acceptedTokens", stats.accepted());
    json.addProperty("preemptions", stats.preemptions());
    JsonObject cache = new JsonObject();
    cache.addProperty("budgetBytes", stats.cache().budget());
    cache.addProperty("heldBytes", stats.cache().held());
    cache.addProperty("keptBytes", stats.cache().kept());
    cache.addProperty("reusedTokens", stats.cache().reused());
    json.add("cache", cache);
    return json;
  }

  private static JsonElement token(Tokenizer tokenizer, int id) {
    return id < 0 ? JsonNull.INSTANCE : new JsonPrimitive(tokenizer.piece(id));
  }
}
