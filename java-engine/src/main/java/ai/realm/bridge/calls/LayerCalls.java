package ai.realm.bridge.calls;

import ai.realm.bridge.Job;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.host.Sessions;
import ai.realm.host.Tenant;
import ai.realm.json.Arguments;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The app's own forward passes, layer by layer. Hidden states come as the bytes of a job, and go as
 * memory of its result. A session goes with the environment that has opened it.
 */
final class LayerCalls {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final ProcessHost host;
  private final ResultBuffers results;
  private final Background background;
  private final Handles<Integer> opened = new Handles<>();

  LayerCalls(ProcessHost host, ResultBuffers results, Background background) {
    this.host = host;
    this.results = results;
    this.background = background;
  }

  void addTo(MethodTable methods) {
    methods.open("embedTokens", this::embedTokens);
    methods.open("openSession", this::openSession);
    methods.open("forwardLayer", this::forwardLayer);
    methods.open("computeLogits", this::computeLogits);
    methods.open("closeSession", this::closeSession);
    methods.whenEnvironmentEnds(
        environment -> background.release(() -> environmentEnded(environment)));
  }

  private Tenant app() {
    return host.get().app();
  }

  private void environmentEnded(long environment) {
    opened.removeAll(environment).forEach(session -> app().closeSession(session));
  }

  private void embedTokens(long environment, Job job, Arguments args) {
    int model = args.id("id");
    int[] ids = args.ints("ids");
    args.end();
    background.run(
        job,
        () ->
            results.give(
                environment,
                job,
                owner -> {
                  Sessions sessions = app().sessions();
                  long values = (long) ids.length * sessions.width(model);
                  MemorySegment states = owner.allocate(F32, values);
                  sessions.embed(model, ids, states);
                  return states;
                }));
  }

  private void openSession(long environment, Job job, Arguments args) {
    int model = args.id("id");
    long contextLength = args.integer("contextLength", 1, Integer.MAX_VALUE);
    args.end();
    background.run(
        job,
        () -> {
          job.throwIfCancelled();
          int session = app().sessions().open(model, contextLength);
          try {
            job.throwIfCancelled();
            opened.add(environment, session);
          } catch (Throwable failure) {
            app().closeSession(session);
            throw failure;
          }
          JsonObject result = new JsonObject();
          result.addProperty("session", session);
          job.result(result);
        });
  }

  private void forwardLayer(long environment, Job job, Arguments args) {
    int session = args.id("session");
    int layer = (int) args.integer("layer", 0, Integer.MAX_VALUE);
    int position = (int) args.integer("position", 0, Integer.MAX_VALUE);
    args.end();
    background.run(
        job,
        () -> {
          job.throwIfCancelled();
          float[] hidden = job.input().toArray(F32);
          app().sessions().checkForward(session, layer, hidden.length, position);
          app().sessions().forward(session, layer, hidden, position);
          results.give(environment, job, owner -> owner.allocateFrom(F32, hidden));
        });
  }

  private void computeLogits(long environment, Job job, Arguments args) {
    int model = args.id("id");
    args.end();
    background.run(
        job,
        () -> {
          job.throwIfCancelled();
          float[] hidden = job.input().toArray(F32);
          int width = app().sessions().width(model);
          Sessions.checkStates(hidden.length, width);
          float[] last = Arrays.copyOfRange(hidden, hidden.length - width, hidden.length);
          float[] logits = app().sessions().logits(model, last);
          results.give(environment, job, owner -> owner.allocateFrom(F32, logits));
        });
  }

  private void closeSession(long environment, Job job, Arguments args) {
    int session = args.id("session");
    args.end();
    background.run(
        job,
        () -> {
          if (!opened.removeOne(environment, session)) {
            throw new EngineException(
                ErrorCode.SESSION_NOT_FOUND,
                "this thread has opened no session "
                    + session
                    + ", or has closed it; each is closed by the thread that has opened it");
          }
          app().closeSession(session);
          job.result(new JsonObject());
        });
  }
}
