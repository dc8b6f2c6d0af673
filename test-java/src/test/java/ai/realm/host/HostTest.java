package ai.realm.host;

import static ai.realm.host.HostFixture.TEXT;
import static ai.realm.host.HostFixture.assertCode;
import static ai.realm.host.HostFixture.greedy;
import static ai.realm.host.HostFixture.models;
import static ai.realm.host.HostFixture.tiny;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.TinyLlama;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What the conformance cases cannot show: several threads, models of the app, and messages. */
class HostTest {
  private final Host host = new Host(new HostOptions(Long.MAX_VALUE, 1 << 24, true, 2));

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void grantsOnlyWhatTheAppHas() {
    assertCode(ErrorCode.MODEL_NOT_FOUND, () -> host.guest(models(7)));
    host.app().storeModel(tiny(), 7);
    try (Tenant guest = host.guest(models(7))) {
      assertEquals(21, guest.data().size(7).tensors());
      assertCode(ErrorCode.MODEL_NOT_FOUND, () -> host.guest(models(7, 8)));
    }
    host.app().close();
    assertEquals(0, host.contents().size());
  }

  @Test
  void refusesGrantsBelowZero() {
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> new Grants(List.of(), -1, 0, 0));
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> new Grants(List.of(), 0, -1, 0));
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> new Grants(List.of(), 0, 0, -1));
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> new HostOptions(-1, 0, false, 1));
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> new HostOptions(0, -1, false, 1));
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> new HostOptions(0, 0, false, 0));
  }

  @Test
  void tellsWhatAFunctionFailedWith() {
    host.app().storeModel(tiny(), 7);
    try (Tenant guest = host.guest(models(7));
        WasmMemory memory = new WasmMemory(1)) {
      HostFunctions functions = new HostFunctions(guest, memory, Optional.empty());
      assertEquals(Optional.empty(), functions.lastError());
      memory.write(0, utf8("blk.9.attn_q.weight"));
      assertEquals(-8, functions.models().getTensor(7, 0, 19, 64, 64));
      EngineException error = functions.lastError().orElseThrow();
      assertEquals(ErrorCode.TENSOR_NOT_FOUND, error.code());
      assertTrue(error.getMessage().contains("'blk.9.attn_q.weight'"), error.getMessage());
      assertEquals(-2, functions.models().getTensor(7, -1, 1, 64, 64));
      String message = functions.lastError().orElseThrow().getMessage();
      assertTrue(message.contains("offset 4294967295"), message);
      assertTrue(message.contains("memory has 65536"), message);
    }
    host.app().close();
  }

  @Test
  void putsTheOutputBackWhenTheGuestThrowsWithinAPiece() {
    host.app().storeModel(tiny(), 7);
    try (Tenant guest = host.guest(models(7));
        WasmMemory memory = new WasmMemory(1)) {
      IllegalStateException trap = new IllegalStateException("the guest trapped");
      HostFunctions functions =
          new HostFunctions(
              guest,
              memory,
              Optional.of((_, _) -> {
                throw trap;
              }));
      memory.write(0, utf8("the cea"));
      byte[] before = memory.bytes();
      assertEquals(
          ErrorCode.INTERNAL.number(), functions.texts().generate(7, 0, 7, 0, 0, 64, 1000));
      assertSame(trap, functions.lastError().orElseThrow().getCause());
      assertEquals(-1, Arrays.mismatch(before, memory.bytes()));
    }
    host.app().close();
    assertEquals(0, host.contents().size());
  }

  @Test
  void servesManyGuestsAtOnceFromOneModel() throws Exception {
    host.app().storeModel(tiny(), 7);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        all.add(threads.submit(() -> visit(host)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertEquals(1, host.contents().size());
    host.app().close();
  }

  /** All that a guest may do, a few times, each in another guest. */
  private static void visit(Host host) {
    for (int i = 0; i < 5; i++) {
      try (Tenant guest = host.guest(models(7))) {
        assertEquals(TEXT, guest.texts().generate(7, "the cea", greedy(24), _ -> true).text());
        int session = guest.sessions().open(7, 8);
        float[] hidden = new float[3 * 32];
        guest.sessions().embed(7, new int[] {1, 285, 290}, MemorySegment.ofArray(hidden));
        float[] first = hidden.clone();
        for (int layer = 0; layer < 2; layer++) {
          guest.sessions().forward(session, layer, hidden, 0);
          guest.data().read(7, "blk." + layer + ".attn_q.weight", 0, 1024, room(1024));
        }
        guest.closeSession(session);
        assertTrue(Math.abs(first[0] - hidden[0]) > 0);
      }
    }
  }

  private static MemorySegment room(int floats) {
    return MemorySegment.ofArray(new float[floats]);
  }

  @Test
  void takesALongPromptThroughALayerInSteps() {
    int model = host.app().storeModel(MemorySegment.ofArray(TinyLlama.bytes(1)), 0);
    int[] ids = new int[200];
    Arrays.setAll(ids, i -> i * 7 % TinyLlama.VOCABULARY);
    Sessions sessions = host.app().sessions();
    float[] whole = new float[ids.length * TinyLlama.WIDTH];
    sessions.embed(model, ids, MemorySegment.ofArray(whole));
    float[] single = whole.clone();
    sessions.forward(sessions.open(model, ids.length), 0, whole, 0);
    int tokenwise = sessions.open(model, ids.length);
    for (int i = 0; i < ids.length; i++) {
      int at = i * TinyLlama.WIDTH;
      float[] state = Arrays.copyOfRange(single, at, at + TinyLlama.WIDTH);
      sessions.forward(tokenwise, 0, state, i);
      System.arraycopy(state, 0, single, at, state.length);
    }
    assertArrayEquals(single, whole, 1e-3f);
    host.app().close();
    assertEquals(0, host.contents().size());
  }

  @Test
  void aGuestThatIsClosedByAnotherThreadEndsItsTextAndFreesWhatItHeld() throws Exception {
    host.app().storeModel(tiny(), 7);
    Tenant guest = host.guest(models(7));
    host.app().close();
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<?> text =
          thread.submit(() ->
              assertCode(
                  ErrorCode.ABORTED,
                  () ->
                      guest
                          .texts()
                          .generate(
                              7,
                              "the cea",
                              greedy(50),
                              _ -> {
                                writing.countDown();
                                return awaits(closed);
                              })));
      writing.await();
      guest.close();
      assertEquals(1, host.contents().size(), "the running text holds the model");
      closed.countDown();
      text.get();
    }
    assertEquals(0, host.contents().size());
  }

  private static boolean awaits(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aThousandGuestsLeaveNothingBehind() {
    host.app().storeModel(tiny(), 7);
    cycle(50);
    int threads = Thread.activeCount();
    long handles = handles();
    cycle(1000);
    assertEquals(1, host.contents().size());
    assertTrue(Thread.activeCount() <= threads, "threads of guests that are gone");
    assertTrue(handles() <= handles, "open files of guests that are gone");
    host.app().close();
    assertEquals(0, host.contents().size());
  }

  private void cycle(int times) {
    for (int i = 0; i < times; i++) {
      try (Tenant guest = host.guest(models(7));
          WasmMemory memory = new WasmMemory(1)) {
        HostFunctions functions = new HostFunctions(guest, memory, Optional.of((_, _) -> true));
        memory.write(0, utf8("the cea{\"maxTokens\":2,\"temperature\":0}"));
        assertEquals(3, functions.texts().generate(7, 0, 7, 7, 31, 256, 100));
        // A session that is left open.
        assertEquals(1, functions.layers().openSession(7, 64));
        memory.segment().set(ValueLayout.JAVA_INT, 1024, 285);
        assertEquals(128, functions.layers().embedTokens(7, 1024, 1, 2048, 128));
        assertEquals(128, functions.layers().forwardLayer(1, 0, 2048, 32, 0, 2048, 128));
      }
    }
  }

  /** Open files of the process. */
  private static long handles() {
    UnixOperatingSystemMXBean system =
        (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getOpenFileDescriptorCount();
  }
}
