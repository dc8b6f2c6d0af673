package ai.realm.bridge.calls;

import ai.realm.bridge.BridgeCalls;
import ai.realm.bridge.Job;
import ai.realm.host.GuestMemory;
import ai.realm.host.StreamToken;
import ai.realm.json.Arguments;
import ai.realm.kernels.KernelProvider;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** What JavaScript asks of the engine, method by method. */
public final class EngineCalls implements BridgeCalls {
  private final MethodTable methods = new MethodTable();
  private final ResultBuffers results;
  private final HostCalls hostCalls;

  /** With no models yet. */
  public EngineCalls() {
    this(new OpenModels());
  }

  EngineCalls(OpenModels models) {
    Background background = new Background();
    ModelBuffers buffers = new ModelBuffers();
    ProcessHost host = new ProcessHost(System.getenv());
    results = new ResultBuffers(background);
    hostCalls = new HostCalls(host, models, background);
    methods.call("engineInfo", (_, args, _) -> engineInfo(args));
    new BufferCalls(buffers, background).addTo(methods);
    new ModelCalls(models, buffers, background).addTo(methods);
    new TextCalls(models, background).addTo(methods);
    hostCalls.addTo(methods);
    methods.whenEnvironmentEnds(results::environmentEnded);
  }

  @Override
  public JsonObject call(long environment, String method, JsonObject json, MemorySegment view) {
    return methods.shortCall(method).call(environment, new Arguments(method, json), view);
  }

  @Override
  public void open(long environment, Job job, String method, JsonObject json) {
    methods.job(method).open(environment, job, new Arguments(method, json));
  }

  @Override
  public int hostCall(
      long guest, int function, GuestMemory memory, Optional<StreamToken> stream, long... args) {
    return hostCalls.call(guest, function, memory, stream, args);
  }

  @Override
  public MemorySegment take(long ticket) {
    return results.take(ticket);
  }

  @Override
  public void letGo(long ticket) {
    results.letGo(ticket);
  }

  @Override
  public void environmentEnded(long environment) {
    methods.environmentEnded(environment);
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
}
