package ai.realm.bridge.calls;

import ai.realm.bridge.BridgeCalls;
import ai.realm.bridge.Job;
import ai.realm.host.GuestMemory;
import ai.realm.host.HostFigures;
import ai.realm.host.StreamToken;
import ai.realm.json.Arguments;
import ai.realm.kernels.KernelProvider;
import com.google.gson.JsonObject;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** What JavaScript asks of the engine, method by method. */
public final class EngineCalls implements BridgeCalls {
  private final MethodTable methods = new MethodTable();
  private final ProcessHost host = new ProcessHost(System.getenv());
  private final ResultBuffers results;
  private final HostCalls hostCalls;
  private final GuestCalls guestCalls;

  /** Loaded with the first bridge. */
  private static final class OfProcess {
    static final EngineCalls CALLS = new EngineCalls();

    static {
      KernelProvider.chooseEarly();
    }
  }

  /** The one that all bridges of this process share, so that they name the same things alike. */
  public static EngineCalls ofProcess() {
    return OfProcess.CALLS;
  }

  /** With no models yet. */
  EngineCalls() {
    this(new OpenModels());
  }

  EngineCalls(OpenModels models) {
    Background background = Background.unbounded();
    ModelBuffers buffers = new ModelBuffers();
    methods.call("hostFigures", (_, args, _) -> hostFigures(args));
    Background computing = Background.computing();
    results = new ResultBuffers(computing);
    hostCalls = new HostCalls(host, models, background);
    methods.call("engineInfo", (_, args, _) -> engineInfo(args));
    new BufferCalls(buffers, background).addTo(methods);
    new ModelCalls(models, buffers, background).addTo(methods);
    new EstimateCalls(background).addTo(methods);
    OpenTexts texts = new OpenTexts();
    texts.addTo(methods);
    new TextCalls(models, results, texts, background).addTo(methods);
    new SequenceCalls(models, texts, background).addTo(methods);
    hostCalls.addTo(methods);
    guestCalls = new GuestCalls(host, models, background);
    guestCalls.addTo(methods);
    new LayerCalls(host, results, computing).addTo(methods);
    new StorageCalls(host, buffers, results, computing).addTo(methods);
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
  public void release(long ticket) {
    results.release(ticket);
  }

  @Override
  public void environmentEnded(long environment) {
    methods.environmentEnded(environment);
  }

  /** What the host and its guests hold, by which leaks are seen. */
  private JsonObject hostFigures(Arguments args) {
    args.end();
    HostFigures figures = host.get().figures();
    JsonObject json = new JsonObject();
    json.addProperty("guests", hostCalls.size() + guestCalls.size());
    json.addProperty("results", results.size());
    json.addProperty("models", figures.models());
    json.addProperty("copiedBytes", figures.copiedBytes());
    json.addProperty("cachedBytes", figures.cachedBytes());
    json.addProperty("cacheHits", figures.cacheHits());
    json.addProperty("cacheMisses", figures.cacheMisses());
    return json;
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
