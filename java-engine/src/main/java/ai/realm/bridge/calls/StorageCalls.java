package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.host.ModelData;
import ai.realm.host.Tenant;
import ai.realm.json.Arguments;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Models that the app stores itself, and what they hold. Their ids are of the whole process; what
 * an environment has stored goes with it.
 */
final class StorageCalls {
  private final ProcessHost host;
  private final ModelBuffers buffers;
  private final ResultBuffers results;
  private final Background background;
  private final Handles<Integer> stored = new Handles<>();

  StorageCalls(
      ProcessHost host, ModelBuffers buffers, ResultBuffers results, Background background) {
    this.host = host;
    this.buffers = buffers;
    this.results = results;
    this.background = background;
  }

  void addTo(MethodTable methods) {
    methods.open("storeModel", this::storeModel);
    methods.open("getModelInfo", (_, job, args) -> getModelInfo(job, args));
    methods.open("getTensor", this::getTensor);
    methods.open("removeModel", this::removeModel);
    methods.whenEnvironmentEnds(
        environment -> background.release(() -> environmentEnded(environment)));
  }

  private Tenant app() {
    return host.get().app();
  }

  private void environmentEnded(long environment) {
    stored.removeAll(environment).forEach(model -> app().removeModel(model));
  }

  private void storeModel(long environment, Job job, Arguments args) {
    int wanted = (int) args.integer("id", 0, Integer.MAX_VALUE);
    if (args.has("buffer")) {
      long id = ModelBuffers.idIn(args);
      args.end();
      ModelBuffer buffer = buffers.get(id);
      background.run(
          job,
          () -> {
            MemorySegment bytes = buffer.hold();
            int model;
            try {
              model = app().storeModel(bytes, wanted);
            } finally {
              buffer.release();
            }
            noteStored(environment, job, model);
            buffers.loaded(id);
            job.result(one("id", model));
          });
    } else {
      Path path = args.path("path");
      args.end();
      background.run(
          job,
          () -> {
            int model = app().storeModel(path, wanted);
            noteStored(environment, job, model);
            job.result(one("id", model));
          });
    }
  }

  /** The reference belongs to the environment; it is dropped if nobody waits for it any more. */
  private void noteStored(long environment, Job job, int model) {
    try {
      job.throwIfCancelled();
      stored.add(environment, model);
    } catch (Throwable failure) {
      app().removeModel(model);
      throw failure;
    }
  }

  private void getModelInfo(Job job, Arguments args) {
    int model = args.id("id");
    args.end();
    background.run(
        job,
        () -> {
          job.throwIfCancelled();
          ModelData.Size size = app().data().size(model);
          JsonObject result = one("tensorCount", size.tensors());
          result.addProperty("totalSize", size.bytes());
          result.add("metadata", app().data().metadata(model));
          job.result(result);
        });
  }

  private void getTensor(long environment, Job job, Arguments args) {
    int model = args.id("id");
    String name = args.text("name");
    args.end();
    background.run(
        job, () -> results.give(environment, job, owner -> app().data().view(model, name, owner)));
  }

  private void removeModel(long environment, Job job, Arguments args) {
    int model = args.id("id");
    args.end();
    background.release(
        job,
        () -> {
          if (!stored.removeOne(environment, model)) {
            throw new EngineException(
                ErrorCode.MODEL_NOT_FOUND,
                "this thread has stored no model under the id "
                    + model
                    + ", or has removed it; each is removed by the thread that has stored it");
          }
          app().removeModel(model);
          job.result(new JsonObject());
        });
  }

  private static JsonObject one(String name, long value) {
    JsonObject json = new JsonObject();
    json.addProperty(name, value);
    return json;
  }
}
