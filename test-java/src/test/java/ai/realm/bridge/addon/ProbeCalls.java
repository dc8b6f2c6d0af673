package ai.realm.bridge.addon;

import ai.realm.bridge.BridgeCalls;
import ai.realm.bridge.Job;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.host.GuestMemory;
import ai.realm.host.StreamToken;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * Stands behind the addon where the bridge itself is tested: it echoes, streams, counts and fails
 * as it is asked. The tests in test-js/bridge compile this file alone and start the bridge with it.
 */
public final class ProbeCalls implements BridgeCalls {
  /** Of Linux's locale.h. */
  private static final int LC_NUMERIC = 1;

  private final AtomicInteger cancelled = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicLong lastTicket = new AtomicLong();
  private final Map<Long, Arena> results = new ConcurrentHashMap<>();
  private final Map<Long, MemorySegment> memories = new ConcurrentHashMap<>();
  private final Set<Long> environments = ConcurrentHashMap.newKeySet();
  private final Set<Long> endedEnvironments = ConcurrentHashMap.newKeySet();

  @Override
  public JsonObject call(long environment, String method, JsonObject args, MemorySegment view) {
    JsonObject answer = new JsonObject();
    switch (method) {
      case "echo" -> answer.add("value", args.get("value"));
      case "length" -> answer.addProperty("length", args.get("value").getAsString().length());
      case "property" ->
          answer.addProperty("value", System.getProperty(args.get("name").getAsString()));
      case "sum" -> answer.addProperty("sum", sum(view));
      case "fill" -> view.fill(args.get("value").getAsByte());
      case "cancelled" -> answer.addProperty("count", cancelled.get());
      case "endedEnvironments" -> answer.addProperty("count", endedEnvironments.size());
      case "ended" -> answer.addProperty("count", ended.get());
      case "locale" -> answer.addProperty("value", numberLocale());
      case "print" -> System.err.println(args.get("text").getAsString());
      case "throw" -> fail(args.get("what").getAsString());
      case "environment" -> answer.addProperty("value", environment);
      case "result" ->
          answer.addProperty("ticket", result(args.get("size").getAsLong(), args.get("value")));
      case "resultByte" ->
          answer.addProperty(
              "value", memories.get(args.get("ticket").getAsLong()).get(ValueLayout.JAVA_BYTE, 0));
      case "results" -> answer.addProperty("count", results.size());
      default -> throw new EngineException(ErrorCode.NOT_FOUND, "no method " + method);
    }
    return answer;
  }

  /**
   * By the number of the function: 0 gives the sum of the arguments, 1 the bytes of the memory. 2
   * hands over as many pieces as the argument says, each with its number as pointer and length;
   * after each, it writes that number to the end of the memory; the result is how many were taken.
   */
  @Override
  public int hostCall(
      long guest, int function, GuestMemory memory, Optional<StreamToken> stream, long... args) {
    return switch (function) {
      case 0 -> (int) LongStream.of(args).sum();
      case 1 -> (int) memory.segment().byteSize();
      case 2 -> {
        int taken = 0;
        while (taken < args[0] && stream.orElseThrow().piece(taken, taken)) {
          MemorySegment now = memory.segment();
          now.set(ValueLayout.JAVA_BYTE, now.byteSize() - 1, (byte) taken);
          taken++;
        }
        yield taken;
      }
      default -> throw new EngineException(ErrorCode.NOT_FOUND, "no function " + function);
    };
  }

  @Override
  public MemorySegment take(long ticket) {
    MemorySegment memory = memories.get(ticket);
    if (memory == null) {
      throw new EngineException(ErrorCode.NOT_FOUND, "no result " + ticket);
    }
    return memory;
  }

  @Override
  public void release(long ticket) {
    memories.remove(ticket);
    results.remove(ticket).close();
  }

  /** Makes memory that is full of a value. */
  private long result(long size, JsonElement value) {
    long ticket = lastTicket.incrementAndGet();
    Arena arena = Arena.ofShared();
    memories.put(ticket, arena.allocate(size).fill(value.getAsByte()));
    results.put(ticket, arena);
    return ticket;
  }

  @Override
  public void open(long environment, Job job, String method, JsonObject args) {
    environments.add(environment);
    job.onCancel(cancelled::incrementAndGet);
    Thread.ofPlatform()
        .daemon()
        .name("probe")
        .start(() -> {
          run(job, method, args);
          ended.incrementAndGet();
        });
  }

  /** Counts those that had opened a job. */
  @Override
  public void environmentEnded(long environment) {
    if (environments.remove(environment)) {
      endedEnvironments.add(environment);
    }
  }

  private static void run(Job job, String method, JsonObject args) {
    try {
      switch (method) {
        case "echo" -> {
          job.text(args.get("text").getAsString());
          job.result(args);
        }
        case "stream" -> stream(job, args.get("count").getAsInt(), args.get("pauseMs").getAsInt());
        case "sum" -> {
          JsonObject result = new JsonObject();
          result.addProperty("sum", sum(job.input()));
          job.result(result);
        }
        case "progress" -> progress(job, args.get("count").getAsInt());
        case "wait" -> waitForCancel(job);
        case "throw" -> fail(args.get("what").getAsString());
        default -> throw new EngineException(ErrorCode.NOT_FOUND, "no method " + method);
      }
    } catch (Throwable failure) {
      job.error(failure, null);
    }
  }

  /** The numbers from 0, each with a space behind it. */
  private static void stream(Job job, int count, int pauseMs) throws InterruptedException {
    int sent = 0;
    while (sent < count && job.text(sent + " ")) {
      sent++;
      if (pauseMs > 0) {
        Thread.sleep(pauseMs);
      }
    }
    JsonObject result = new JsonObject();
    result.addProperty("sent", sent);
    if (job.cancelled()) {
      job.error(new EngineException(ErrorCode.ABORTED, "cancelled"), result);
    } else {
      job.result(result);
    }
  }

  private static void progress(Job job, int count) {
    for (int i = 1; i <= count; i++) {
      JsonObject state = new JsonObject();
      state.addProperty("done", i);
      job.progress(state);
    }
    job.result(new JsonObject());
  }

  private static void waitForCancel(Job job) throws InterruptedException {
    Object woken = new Object();
    job.onCancel(() -> {
      synchronized (woken) {
        woken.notifyAll();
      }
    });
    synchronized (woken) {
      while (!job.cancelled()) {
        woken.wait();
      }
    }
    job.error(new EngineException(ErrorCode.ABORTED, "cancelled"), new JsonObject());
  }

  private static long sum(MemorySegment bytes) {
    long sum = 0;
    for (long i = 0; i < bytes.byteSize(); i++) {
      sum += bytes.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
    }
    return sum;
  }

  /** The C library's locale of numbers, as native code of the whole process has it. */
  private static String numberLocale() {
    Linker linker = Linker.nativeLinker();
    MethodHandle setlocale =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setlocale"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try {
      MemorySegment name = (MemorySegment) setlocale.invokeExact(LC_NUMERIC, MemorySegment.NULL);
      return name.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static void fail(String what) {
    switch (what) {
      case "engine" ->
          throw new EngineException(
              ErrorCode.TOKEN_OUT_OF_RANGE, "a \"message\" with \0 and \uD83D");
      case "memory" -> exhaustMemory();
      case "stack" -> exhaustStack(0);
      default -> throw new IllegalStateException(what);
    }
  }

  @SuppressWarnings("ModifiedButNotUsed") // Holding is all that it is for.
  private static void exhaustMemory() {
    List<long[]> held = new ArrayList<>();
    while (true) {
      held.add(new long[1 << 20]);
    }
  }

  @SuppressWarnings("InfiniteRecursion") // The point of it.
  private static int exhaustStack(int depth) {
    return exhaustStack(depth + 1) + 1;
  }
}
