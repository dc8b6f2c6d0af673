package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelFile;
import ai.realm.engine.Places;
import ai.realm.engine.SharedModels;
import ai.realm.gguf.Gguf;
import ai.realm.json.Arguments;
import ai.realm.json.MetadataJson;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Overcommit;
import ai.realm.model.cache.CacheOptions;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Models from files and buffers, from their opening to their release. */
final class ModelCalls {
  private static final int MAX_THREADS = 1024;

  private final SharedModels sharedModels = new SharedModels();
  private final OpenModels models;
  private final ModelBuffers buffers;
  private final Background background;

  ModelCalls(OpenModels models, ModelBuffers buffers, Background background) {
    this.models = models;
    this.buffers = buffers;
    this.background = background;
  }

  void addTo(MethodTable methods) {
    methods.open("load", this::load);
    methods.open("openVocabulary", this::openVocabulary);
    methods.open("inspect", (_, job, args) -> inspect(job, args));
    methods.call("stats", (_, args, _) -> stats(args));
    methods.open("release", (_, job, args) -> release(job, args));
    methods.whenEnvironmentEnds(this::environmentEnded);
  }

  private void environmentEnded(long environment) {
    for (OpenModel model : models.environmentEnded(environment)) {
      background.release(model::close);
    }
  }

  private void load(long environment, Job job, Arguments args) {
    long start = System.nanoTime();
    OptionalInt contextLength = args.optionalInteger("contextLength", 1, Integer.MAX_VALUE);
    int threads =
        args.optionalInteger("threads", 1, MAX_THREADS)
            .orElse(Math.min(Runtime.getRuntime().availableProcessors(), MAX_THREADS));
    CacheOptions cache = cache(args);
    Places places = places(args);
    Overcommit overcommit =
        args.optionalFlag("overcommit", false) ? Overcommit.ALLOWED : Overcommit.REFUSED;
    if (args.has("buffer")) {
      long id = ModelBuffers.idIn(args);
      args.end();
      ModelBuffer buffer = buffers.get(id);
      background.run(
          job,
          () -> {
            ModelFile file = ModelFile.of(buffer.hold(), buffer::release);
            JsonObject result =
                registered(
                    environment,
                    job,
                    loaded(job, file, contextLength, threads, cache, places, overcommit),
                    start);
            // The model has the bytes now.
            buffers.loaded(id);
            job.result(result);
          });
    } else {
      Path path = args.path("path");
      args.end();
      background.run(
          job,
          () ->
              job.result(
                  registered(
                      environment,
                      job,
                      shared(job, path, contextLength, threads, cache, places, overcommit),
                      start)));
    }
  }

  private static CacheOptions cache(Arguments args) {
    KvFormat format = args.has("kvCache") ? KvFormat.named(args.text("kvCache")) : KvFormat.F16;
    OptionalInt mebibytes = args.optionalInteger("cacheMb", 1, Integer.MAX_VALUE);
    OptionalLong bytes =
        mebibytes.isPresent()
            ? OptionalLong.of((long) mebibytes.getAsInt() << 20)
            : OptionalLong.empty();
    return new CacheOptions(format, bytes);
  }

  private static Places places(Arguments args) {
    return new Places(
        args.optionalInteger("parallel", 1, Integer.MAX_VALUE).orElse(Places.DEFAULT.parallel()),
        args.optionalInteger("maxQueue", 0, Integer.MAX_VALUE).orElse(Places.DEFAULT.maxQueue()));
  }

  private JsonObject stats(Arguments args) {
    OpenModel model = models.get(OpenModels.idIn(args));
    args.end();
    return ModelJson.stats(model.stats());
  }

  private void openVocabulary(long environment, Job job, Arguments args) {
    long start = System.nanoTime();
    Path path = args.path("path");
    args.end();
    background.run(
        job,
        () ->
            job.result(
                registered(
                    environment, job, new OpenModel.VocabularyOnly(ModelFile.open(path)), start)));
  }

  private void inspect(Job job, Arguments args) {
    Path path = args.path("path");
    args.end();
    background.run(
        job,
        () -> {
          try (Gguf gguf = Gguf.open(path)) {
            JsonObject result = new JsonObject();
            result.add("metadata", MetadataJson.whole(gguf.metadata()));
            JsonArray tensors = new JsonArray(gguf.tensors().size());
            gguf.tensors().forEach(tensor -> tensors.add(ModelJson.tensor(tensor)));
            result.add("tensors", tensors);
            job.result(result);
          }
        });
  }

  private void release(Job job, Arguments args) {
    long id = OpenModels.idIn(args);
    args.end();
    OpenModel model = models.remove(id);
    background.release(
        job,
        () -> {
          model.close();
          job.result(new JsonObject());
        });
  }

  private OpenModel shared(
      Job job,
      Path path,
      OptionalInt contextLength,
      int threads,
      CacheOptions cache,
      Places places,
      Overcommit overcommit) {
    job.throwIfCancelled();
    return new OpenModel.Loaded(
        sharedModels.load(path, contextLength, threads, cache, places, overcommit));
  }

  /** Loads the weights of a file, which is closed if that fails. */
  private static OpenModel loaded(
      Job job,
      ModelFile file,
      OptionalInt contextLength,
      int threads,
      CacheOptions cache,
      Places places,
      Overcommit overcommit) {
    try {
      job.throwIfCancelled();
      return new OpenModel.Loaded(
          LoadedModel.load(file, contextLength, threads, cache, places, overcommit));
    } catch (Throwable failure) {
      file.close();
      throw failure;
    }
  }

  /** Gives a model its id; returns all that is known of it. The model is closed if that fails. */
  private JsonObject registered(long environment, Job job, OpenModel model, long start) {
    try {
      job.throwIfCancelled();
      JsonObject result = ModelJson.opened(model, (System.nanoTime() - start) / 1e6);
      result.addProperty("model", models.add(environment, model));
      return result;
    } catch (Throwable failure) {
      model.close();
      throw failure;
    }
  }
}
