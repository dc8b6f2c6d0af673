package ai.realm.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.Rounds;
import ai.realm.fixture.WasmWriter;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What guests leave behind: nothing, however many came and went. */
class GuestLeakTest {
  /** Enough that a leak of a context, which takes hundreds of kilobytes, shows. */
  private static final int GUESTS = Rounds.of(300, 1000);

  private static final int WARM_UP = 100;
  private static final long ALLOWED_BYTES = 16 << 20;
  private static final int ALLOWED_THREADS = 4;
  private static final int ALLOWED_FILES = 4;

  private final GuestFixture fixture = new GuestFixture();

  private static long heap() {
    Runtime java = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return java.totalMemory() - java.freeMemory();
  }

  private static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  private static int files() {
    String[] open = new File("/proc/self/fd").list();
    return open == null ? 0 : open.length;
  }

  private void leavesNothing(Supplier<Guest> open, String function, String result) {
    cycles(WARM_UP, open, function, result);
    long heap = heap();
    int threads = threads();
    int files = files();
    cycles(GUESTS, open, function, result);
    long grown = heap() - heap;
    assertTrue(grown < ALLOWED_BYTES, grown + " bytes of heap stayed");
    assertTrue(threads() <= threads + ALLOWED_THREADS, threads() + " threads, before " + threads);
    assertTrue(files() <= files + ALLOWED_FILES, files() + " open files, before " + files);
    assertEquals(0, GuestWatch.size());
    fixture.close();
    assertEquals(0, fixture.host.figures().models());
  }

  private static void cycles(int count, Supplier<Guest> open, String function, String result) {
    for (int i = 0; i < count; i++) {
      try (Guest guest = open.get()) {
        assertEquals(result, guest.call(function, "[]"));
      }
    }
  }

  @Test
  void ofScripts() {
    leavesNothing(
        () -> fixture.script("const run = () => realm.models[0].tokenize('the')"), "run", "[285]");
  }

  @Test
  void ofModules() {
    WasmWriter module = new WasmWriter().memory(4).exportMemory();
    int info =
        module.importFunction(
            "env",
            "realm_get_model_info",
            new int[] {WasmWriter.I32, WasmWriter.I32, WasmWriter.I32},
            WasmWriter.I32);
    module.function(
        "run",
        new int[] {},
        new int[] {WasmWriter.I32},
        WasmWriter.I32_CONST,
        GuestFixture.MODEL,
        WasmWriter.I32_CONST,
        0,
        WasmWriter.I32_CONST,
        8,
        WasmWriter.CALL,
        info);
    byte[] source = module.write();
    leavesNothing(() -> fixture.module(source), "run", "0");
  }
}
