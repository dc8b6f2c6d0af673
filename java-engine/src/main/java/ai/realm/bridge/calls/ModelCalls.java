package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.engine.DraftFile;
import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelFile;
import ai.realm.engine.SharedModels;
import ai.realm.engine.SharedModels.DraftPath;
import ai.realm.gguf.Gguf;
import ai.realm.json.Arguments;
import ai.realm.json.LoadOptionsJson;
import ai.realm.json.MetadataJson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Models from files and buffers, from their opening to their release. */
final class ModelCalls {
  /** Where a model's bytes are. */
  private sealed interface Source {
    record File(Path path) implements Source {}

    record Buffer(long id) implements Source {}
  }

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
    LoadOptionsJson options = LoadOptionsJson.read(args);
    Source model = source(args);
    Optional<Arguments> draft =
        args.has("draft") ? Optional.of(args.object("draft")) : Optional.empty();
    Optional<Source> smaller = draft.map(this::source);
    int most =
        draft
            .map(given -> given.optionalInteger("maxTokens", 1, DraftFile.MOST))
            .orElse(OptionalInt.empty())
            .orElse(DraftFile.MOST);
    draft.ifPresent(Arguments::end);
    args.end();
    background.run(
        job,
        () -> {
          job.throwIfCancelled();
          LoadedModel loaded =
              model instanceof Source.File(Path path)
                      && smaller.stream().allMatch(Source.File.class::isInstance)
                  ? sharedModels.load(
                      path,
                      smaller.map(file -> new DraftPath(((Source.File) file).path(), most)),
                      options.contextLength(),
                      options.threadsOfProcess(),
                      options.cache(),
                      options.places(),
                      options.overcommit())
                  : alone(model, smaller, most, options);
          JsonObject result = registered(environment, job, new OpenModel.Loaded(loaded), start);
          // The model has the bytes now.
          Stream.concat(Stream.of(model), smaller.stream()).forEach(this::loaded);
          job.result(result);
        });
  }

  private Source source(Arguments args) {
    return args.has("buffer")
        ? new Source.Buffer(ModelBuffers.idIn(args))
        : new Source.File(args.path("path"));
  }

  private ModelFile open(Source source) {
    return switch (source) {
      case Source.File(Path path) -> ModelFile.open(path);
      case Source.Buffer(long id) -> {
        ModelBuffer buffer = buffers.get(id);
        yield ModelFile.of(buffer.hold(), buffer::release);
      }
    };
  }

  private void loaded(Source source) {
    if (source instanceof Source.Buffer(long id)) {
      buffers.loaded(id);
    }
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

  /** Loads the weights of files that are closed if that fails. */
  private LoadedModel alone(
      Source model, Optional<Source> draft, int most, LoadOptionsJson options) {
    List<ModelFile> opened = new ArrayList<>();
    try {
      ModelFile file = open(model);
      opened.add(file);
      Optional<DraftFile> smaller = draft.map(source -> DraftFile.open(() -> open(source), most));
      smaller.ifPresent(each -> opened.add(each.file()));
      return LoadedModel.load(
          file,
          smaller,
          options.contextLength(),
          options.threadsOfProcess(),
          options.cache(),
          options.places(),
          options.overcommit());
    } catch (Throwable failure) {
      opened.forEach(ModelFile::close);
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
