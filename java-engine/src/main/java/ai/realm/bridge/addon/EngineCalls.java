package ai.realm.bridge.addon;

import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelFile;
import ai.realm.engine.ModelLease;
import ai.realm.engine.Scoring;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.Gguf;
import ai.realm.json.Arguments;
import ai.realm.json.MetadataJson;
import ai.realm.kernels.KernelProvider;
import ai.realm.tokenizer.SpecialTokens;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** What JavaScript asks of the engine, method by method. */
public final class EngineCalls implements BridgeCalls {
  private static final int MAX_THREADS = 1024;

  private final OpenModels models;
  private final ModelBuffers buffers = new ModelBuffers();

  /** Runs what takes long and is no step of a model: loading, tokenizing, waiting for a release. */
  private final ExecutorService background =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("realm-background-", 0).factory());

  /** With no models yet. */
  public EngineCalls() {
    this(new OpenModels());
  }

  EngineCalls(OpenModels models) {
    this.models = models;
  }

  @Override
  public JsonObject call(String method, JsonObject json, MemorySegment view) {
    Arguments args = new Arguments(method, json);
    return switch (method) {
      case "engineInfo" -> engineInfo(args);
      case "bufferWrite" -> bufferWrite(args, view);
      case "bufferRelease" -> bufferRelease(args);
      case "tokenize" -> tokenize(args);
      case "detokenize" -> detokenize(args);
      default -> throw unknown(method);
    };
  }

  @Override
  public void open(long environment, Job job, String method, JsonObject json) {
    Arguments args = new Arguments(method, json);
    switch (method) {
      case "bufferOpen" -> bufferOpen(environment, job, args);
      case "load" -> load(environment, job, args);
      case "openVocabulary" -> openVocabulary(environment, job, args);
      case "inspect" -> inspect(job, args);
      case "generate" -> generate(job, args);
      case "logits" -> logits(job, args);
      case "release" -> release(job, args);
      default -> throw unknown(method);
    }
  }

  @Override
  public void environmentEnded(long environment) {
    buffers.environmentEnded(environment);
    for (OpenModel model : models.environmentEnded(environment)) {
      background.execute(model::close);
    }
  }

  private static JsonObject engineInfo(Arguments args) {
    args.end();
    KernelProvider kernels = KernelProvider.get();
    JsonObject info = new JsonObject();
    info.addProperty("java", Runtime.version().toString());
    info.addProperty("kernels", kernels.name());
    info.addProperty("reason", kernels.reason());
    // Null where the classes are not in the jar.
    info.addProperty("version", EngineCalls.class.getPackage().getImplementationVersion());
    return info;
  }

  private void bufferOpen(long environment, Job job, Arguments args) {
    long size = args.integer("size", 1, Arguments.MAX_SAFE_INTEGER);
    args.end();
    // The first buffer links the system's allocator, too slow a thing for the JavaScript thread.
    inBackground(
        job,
        () -> {
          JsonObject result = new JsonObject();
          result.addProperty("buffer", buffers.open(environment, size));
          job.result(result);
        });
  }

  private JsonObject bufferWrite(Arguments args, MemorySegment view) {
    long id = id(args, "buffer");
    long offset = args.integer("offset", 0, Arguments.MAX_SAFE_INTEGER);
    args.end();
    buffers.get(id).write(offset, view);
    return new JsonObject();
  }

  private JsonObject bufferRelease(Arguments args) {
    long id = id(args, "buffer");
    args.end();
    buffers.release(id);
    return new JsonObject();
  }

  private JsonObject tokenize(Arguments args) {
    long id = id(args, "model");
    String text = args.text("text");
    SpecialTokens special =
        args.flag("special") ? new SpecialTokens.All() : new SpecialTokens.None();
    boolean addBos = args.flag("addBos");
    args.end();
    JsonArray ids = new JsonArray();
    for (int token : models.get(id).file().tokenizer().encode(text, special, addBos)) {
      ids.add(token);
    }
    JsonObject answer = new JsonObject();
    answer.add("ids", ids);
    return answer;
  }

  private JsonObject detokenize(Arguments args) {
    long id = id(args, "model");
    int[] ids = args.ints("ids");
    args.end();
    JsonObject answer = new JsonObject();
    answer.addProperty("text", models.get(id).file().tokenizer().decode(ids));
    return answer;
  }

  private void load(long environment, Job job, Arguments args) {
    long start = System.nanoTime();
    OptionalInt contextLength = args.optionalInteger("contextLength", 1, Integer.MAX_VALUE);
    int threads =
        args.optionalInteger("threads", 1, MAX_THREADS)
            .orElse(Math.min(Runtime.getRuntime().availableProcessors(), MAX_THREADS));
    if (args.has("buffer")) {
      long id = id(args, "buffer");
      args.end();
      ModelBuffer buffer = buffers.get(id);
      inBackground(
          job,
          () -> {
            ModelFile file = ModelFile.of(buffer.hold(), buffer::letGo);
            JsonObject result =
                registered(environment, job, loaded(job, file, contextLength, threads), start);
            // The model has the bytes now.
            buffers.loaded(id);
            job.result(result);
          });
    } else {
      Path path = path(args);
      args.end();
      inBackground(
          job,
          () ->
              job.result(
                  registered(
                      environment,
                      job,
                      loaded(job, ModelFile.open(path), contextLength, threads),
                      start)));
    }
  }

  private void openVocabulary(long environment, Job job, Arguments args) {
    long start = System.nanoTime();
    Path path = path(args);
    args.end();
    inBackground(
        job,
        () ->
            job.result(
                registered(
                    environment, job, new OpenModel.VocabularyOnly(ModelFile.open(path)), start)));
  }

  private void inspect(Job job, Arguments args) {
    Path path = path(args);
    args.end();
    inBackground(
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

  private void generate(Job job, Arguments args) {
    long id = id(args, "model");
    GenerateRequest request = GenerateRequest.read(args);
    args.end();
    withLease(
        job,
        models.get(id).lease(),
        lease -> {
          int[] prompt = request.prompt().ids(lease.model().tokenizer());
          GenerationEvents events = new GenerationEvents(job);
          job.onCancel(lease.generate(prompt, request.options(), events)::cancel);
        });
  }

  private void logits(Job job, Arguments args) {
    long id = id(args, "model");
    int[] ids = args.ints("ids");
    JsonArray given = args.take("ids").getAsJsonArray();
    int top = (int) args.integer("top", 1, Integer.MAX_VALUE);
    int batch = args.optionalInteger("batch", 1, Integer.MAX_VALUE).orElse(Scoring.DEFAULT_BATCH);
    args.end();
    withLease(
        job,
        models.get(id).lease(),
        lease -> job.onCancel(lease.score(ids, top, batch, new ScoringEvents(job, given))::cancel));
  }

  private void release(Job job, Arguments args) {
    long id = id(args, "model");
    args.end();
    OpenModel model = models.remove(id);
    inBackground(
        job,
        () -> {
          model.close();
          job.result(new JsonObject());
        });
  }

  /** Loads the weights of a file, which is closed if that fails. */
  private static OpenModel loaded(Job job, ModelFile file, OptionalInt contextLength, int threads) {
    try {
      mustBeWanted(job);
      return new OpenModel.Loaded(LoadedModel.load(file, contextLength, threads));
    } catch (Throwable failure) {
      file.close();
      throw failure;
    }
  }

  /** Gives a model its id; returns all that is known of it. The model is closed if that fails. */
  private JsonObject registered(long environment, Job job, OpenModel model, long start) {
    try {
      mustBeWanted(job);
      JsonObject result = ModelJson.opened(model, (System.nanoTime() - start) / 1e6);
      result.addProperty("model", models.add(environment, model));
      return result;
    } catch (Throwable failure) {
      model.close();
      throw failure;
    }
  }

  private static void mustBeWanted(Job job) {
    if (job.cancelled()) {
      throw new EngineException(ErrorCode.ABORTED, "the load was cancelled");
    }
  }

  private void inBackground(Job job, Runnable work) {
    background.execute(() -> {
      try {
        work.run();
      } catch (Throwable failure) {
        job.error(failure, null);
      }
    });
  }

  /** Starts work that takes the lease over; the lease is closed if the work does not start. */
  private void withLease(Job job, ModelLease lease, Consumer<ModelLease> work) {
    inBackground(
        job,
        () -> {
          try {
            work.accept(lease);
          } catch (Throwable failure) {
            lease.close();
            throw failure;
          }
        });
  }

  private static long id(Arguments args, String field) {
    return args.integer(field, 1, Arguments.MAX_SAFE_INTEGER);
  }

  private static Path path(Arguments args) {
    String path = args.text("path");
    try {
      return Path.of(path);
    } catch (InvalidPathException invalid) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "path is no path of this system: " + invalid.getMessage(),
          invalid);
    }
  }

  private static EngineException unknown(String method) {
    return new EngineException(
        ErrorCode.INVALID_ARGUMENT,
        "the engine has no method " + method + "; use the JavaScript of the same version");
  }
}
