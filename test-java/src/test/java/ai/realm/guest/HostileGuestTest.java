package ai.realm.guest;

import static ai.realm.fixture.WasmWriter.BRANCH;
import static ai.realm.fixture.WasmWriter.CALL;
import static ai.realm.fixture.WasmWriter.LOOP;
import static ai.realm.fixture.WasmWriter.NO_RESULT;
import static ai.realm.guest.GuestFixture.assertCode;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.WasmWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guests that take more than they may: each ends with a code, and another goes on. */
@Timeout(60)
class HostileGuestTest {
  private static final int[] NONE = {};
  private static final GuestLimits SHORT = new GuestLimits(300, 64 << 20);

  /** Long enough that memory or the stack end first. */
  private static final GuestLimits LONG = new GuestLimits(60_000, 64 << 20);

  private final GuestFixture fixture = new GuestFixture();
  private Guest other;

  @BeforeEach
  void open() {
    other = fixture.script("let count = 0; const next = () => ++count");
    assertEquals("1", other.call("next", "[]"));
  }

  @AfterEach
  void close() {
    assertEquals("2", other.call("next", "[]"), "another guest goes on");
    other.close();
    fixture.close();
  }

  private EngineException ends(ErrorCode code, Guest guest) {
    EngineException thrown = assertCode(code, () -> guest.call("run", "[]"));
    EngineException later = assertCode(ErrorCode.DISPOSED, () -> guest.call("run", "[]"));
    assertTrue(later.getMessage().contains(code.name()), later.getMessage());
    guest.close();
    return thrown;
  }

  private EngineException ends(ErrorCode code, String body, GuestLimits limits) {
    return ends(code, fixture.script("function run() {" + body + "}", limits));
  }

  private static byte[] module(int... code) {
    WasmWriter module = new WasmWriter().memory(1).exportMemory();
    module.function("run", NONE, NONE, code);
    return module.write();
  }

  @Test
  void loopsForever() {
    ends(ErrorCode.TIMEOUT, "for (;;);", SHORT);
    ends(ErrorCode.TIMEOUT, "for (;;) try { for (;;); } catch { for (;;); }", SHORT);
    ends(
        ErrorCode.TIMEOUT,
        "return Promise.resolve().then(function f() { " + "return Promise.resolve().then(f) })",
        SHORT);
    ends(ErrorCode.TIMEOUT, "return /(a*)*\\1b/.test('a'.repeat(40))", SHORT);
    ends(
        ErrorCode.TIMEOUT,
        fixture.module(module(LOOP, NO_RESULT, BRANCH, 0, WasmWriter.END), SHORT));
  }

  @Test
  void loopsForeverWhereItIsRead() {
    assertCode(ErrorCode.TIMEOUT, () -> fixture.script("for (;;);", SHORT));
  }

  @Test
  void callsTheHostWithoutEnd() {
    ends(
        ErrorCode.TIMEOUT,
        "for (;;) { try { realm.models[0].generate('a', { temperature: 0 }) } catch {} }",
        SHORT);
  }

  @Test
  void takesTooLongInOneStepThatCannotBeStopped() {
    // The product of two numbers of 60 million bits.
    ends(ErrorCode.TIMEOUT, "return String((2n ** 60000000n) * (3n ** 40000000n)).length", SHORT);
  }

  @Test
  void allocatesWithoutEnd() {
    ends(
        ErrorCode.QUOTA_EXCEEDED,
        "const all = []; for (;;) all.push(new Array(1000).fill(1))",
        LONG);
    ends(ErrorCode.QUOTA_EXCEEDED, "const all = []; for (;;) all.push({ all })", LONG);
    ends(
        ErrorCode.QUOTA_EXCEEDED,
        "const all = []; for (;;) all.push(realm.models[0].getTensor('token_embd.weight'))",
        LONG);
  }

  @Test
  void allocatesMoreThanThereIsAtOnce() {
    ends(
        ErrorCode.OUT_OF_MEMORY,
        "return new Uint8Array(2147483000).length + " + "new Uint8Array(2147483000).length",
        new GuestLimits(60_000, 8L << 30));
  }

  @Test
  void fillsTheHeapThatItMayFill() {
    ends(
        ErrorCode.OUT_OF_MEMORY,
        "const all = []; for (;;) all.push(new Uint8Array(10000000))",
        new GuestLimits(60_000, 64L << 30));
  }

  @Test
  void makesGarbageThatIsNotHeld() {
    // Many times its memory, of which nothing stays.
    try (Guest guest =
        fixture.script(
            "function run() { let sum = 0; for (let i = 0; i < 3000; i++) "
                + "sum += new Uint8Array(1000000).length; return sum }",
            LONG)) {
      assertEquals("3000000000", guest.call("run", "[]"));
    }
  }

  @Test
  void recursesWithoutEnd() {
    ends(ErrorCode.STACK_OVERFLOW, "return 1 + run()", LONG);
    WasmWriter module = new WasmWriter();
    module.function("run", NONE, NONE, CALL, 0);
    ends(ErrorCode.STACK_OVERFLOW, fixture.module(module.write(), LONG));
  }

  @Test
  void isAbortedWhileItRuns() throws InterruptedException {
    Guest guest = fixture.script("function run() { for (;;); }", LONG);
    CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> guest.call("run", "[]"));
    guest.abort();
    try {
      call.get();
    } catch (ExecutionException e) {
      // Aborted before the call, or within it.
      ErrorCode code = ((EngineException) e.getCause()).code();
      assertTrue(code == ErrorCode.ABORTED || code == ErrorCode.DISPOSED, code.name());
    }
    guest.close();
  }

  @Test
  void isEndedByAnInterruptOfTheCaller() {
    Guest guest = fixture.script("function run() { for (;;); }", LONG);
    Thread.currentThread().interrupt();
    assertCode(ErrorCode.ABORTED, () -> guest.call("run", "[]"));
    assertTrue(Thread.interrupted(), "the interrupt is still set");
    guest.close();
  }
}
