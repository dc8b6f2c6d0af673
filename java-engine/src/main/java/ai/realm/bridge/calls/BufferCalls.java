package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.json.Arguments;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;

/** Memory that JavaScript fills with the bytes of a model, part by part. */
final class BufferCalls {
  private final ModelBuffers buffers;
  private final Background background;

  BufferCalls(ModelBuffers buffers, Background background) {
    this.buffers = buffers;
    this.background = background;
  }

  void addTo(MethodTable methods) {
    methods.open("bufferOpen", this::bufferOpen);
    methods.call("bufferWrite", (_, args, view) -> bufferWrite(args, view));
    methods.call("bufferRelease", (_, args, _) -> bufferRelease(args));
    methods.whenEnvironmentEnds(buffers::environmentEnded);
  }

  private void bufferOpen(long environment, Job job, Arguments args) {
    long size = args.integer("size", 1, Arguments.MAX_SAFE_INTEGER);
    args.end();
    // The first buffer links the system's allocator, too slow a thing for the JavaScript thread.
    background.run(
        job,
        () -> {
          JsonObject result = new JsonObject();
          result.addProperty("buffer", buffers.open(environment, size));
          job.result(result);
        });
  }

  private JsonObject bufferWrite(Arguments args, MemorySegment view) {
    long id = ModelBuffers.idIn(args);
    long offset = args.integer("offset", 0, Arguments.MAX_SAFE_INTEGER);
    args.end();
    buffers.get(id).write(offset, view);
    return new JsonObject();
  }

  private JsonObject bufferRelease(Arguments args) {
    long id = ModelBuffers.idIn(args);
    args.end();
    buffers.release(id);
    return new JsonObject();
  }
}
