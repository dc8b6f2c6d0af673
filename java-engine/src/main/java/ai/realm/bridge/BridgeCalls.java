package ai.realm.bridge;

import ai.realm.host.GuestMemory;
import ai.realm.host.StreamToken;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What JavaScript can ask of the engine. {@link JavaScriptJobs} hands every request of a bridge
 * over to the one implementation, {@code ai.realm.bridge.calls.EngineCalls}.
 */
public interface BridgeCalls {
  /**
   * The version of what crosses the bridges: methods, their arguments and results, and the
   * functions of the addon. Copies of the package that speak the same one can share an engine.
   */
  int PROTOCOL = 1;

  /**
   * Answers a short request on the JavaScript thread, which stands still meanwhile: a few
   * milliseconds at most. Several threads may be in here at once.
   *
   * @param environment the number of the Node environment that asks, as for {@link #open}
   * @param method the name of the operation
   * @param args its arguments
   * @param view the memory of the caller's ArrayBuffer view, of length 0 if there is none; it
   *     closes when this method returns, so nothing may keep it
   * @return the answer
   * @throws ai.realm.error.EngineException with the code and message that the JavaScript error
   *     gets; whatever else is thrown arrives there as INTERNAL, or as OUT_OF_MEMORY
   */
  JsonObject call(long environment, String method, JsonObject args, MemorySegment view);

  /**
   * Takes up an asynchronous job and returns at once: the work itself runs on threads of the
   * engine. Jobs are handed over by one thread in the order in which JavaScript opened them, so a
   * job that was opened before another has been taken up before it.
   *
   * @param environment the number of the Node environment that asks: of the main thread or of a
   *     worker; what the job opens for it is freed when it ends
   * @param job ends with exactly one {@link Job#result} or {@link Job#error}; an exception that
   *     this method throws ends it as an error
   * @param method the name of the operation
   * @param args its arguments
   */
  void open(long environment, Job job, String method, JsonObject args);

  /**
   * Calls a host function for a guest, on the JavaScript thread. Nothing of it goes through JSON.
   *
   * @param guest as the call {@code guestOpen} has named it
   * @param function the ordinal of a {@link ai.realm.host.HostFunction}
   * @param memory the guest's
   * @param stream the guest's {@code realm_stream_token}, if it has one
   * @param args one for each parameter of the function
   * @return the function's result, or the number of an error
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT} for a function that is not
   *     there or another number of arguments, {@code NOT_FOUND} for a guest that never was
   */
  int hostCall(
      long guest, int function, GuestMemory memory, Optional<StreamToken> stream, long... args);

  /**
   * Hands over memory that a result has named by a ticket, as {@code {"buffer": ticket}}: once. It
   * stays until {@link #release}, or until the environment has ended for which it was made.
   *
   * @throws ai.realm.error.EngineException {@code NOT_FOUND}
   */
  MemorySegment take(long ticket);

  /** JavaScript has done with memory that it took. */
  void release(long ticket);

  /**
   * Frees what an environment has left behind, without holding up the caller. Its jobs were
   * cancelled before; its number is never used again.
   */
  void environmentEnded(long environment);
}
