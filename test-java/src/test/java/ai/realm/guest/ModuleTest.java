package ai.realm.guest;

import static ai.realm.fixture.WasmWriter.CALL;
import static ai.realm.fixture.WasmWriter.F64;
import static ai.realm.fixture.WasmWriter.I32;
import static ai.realm.fixture.WasmWriter.I32_CONST;
import static ai.realm.fixture.WasmWriter.I64;
import static ai.realm.fixture.WasmWriter.LOCAL_GET;
import static ai.realm.fixture.WasmWriter.MEMORY_GROW;
import static ai.realm.fixture.WasmWriter.UNREACHABLE;
import static ai.realm.guest.GuestFixture.assertCode;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.WasmWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Guests in GraalWasm: what they see, and how calls are answered. */
class ModuleTest {
  private static final int[] NONE = {};

  private final GuestFixture fixture = new GuestFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void takesAndGivesNumbers() {
    WasmWriter module = new WasmWriter();
    module.function("same", new int[] {I32}, new int[] {I32}, LOCAL_GET, 0);
    module.function("real", new int[] {F64}, new int[] {F64}, LOCAL_GET, 0);
    module.function("both", new int[] {I32, F64}, new int[] {F64, I32}, LOCAL_GET, 1, LOCAL_GET, 0);
    module.function("nothing", NONE, NONE);
    module.function("wide", new int[] {I64}, NONE);
    try (Guest guest = fixture.module(module.write())) {
      assertEquals("-5", guest.call("same", "[-5]"));
      assertEquals("-1", guest.call("same", "[4294967295]"));
      assertEquals("0.25", guest.call("real", "[0.25]"));
      assertEquals("[2.5,7]", guest.call("both", "[7,2.5]"));
      assertEquals("null", guest.call("nothing", "[]"));
      assertEquals("7", guest.call("real", "[7]"));
      assertCode(ErrorCode.INVALID_ARGUMENT, () -> guest.call("wide", "[1]"));
      assertCode(ErrorCode.NOT_FOUND, () -> guest.call("missing", "[]"));
      assertCode(ErrorCode.INVALID_ARGUMENT, () -> guest.call("same", "[]"));
      assertCode(ErrorCode.INVALID_ARGUMENT, () -> guest.call("same", "[\"text\"]"));
    }
  }

  @Test
  void carriesTextThroughItsMemory() {
    WasmWriter module = new WasmWriter().memory(1).exportMemory();
    module.function("realm_allocate", new int[] {I32}, new int[] {I32}, I32_CONST, 16);
    int extend = 0xAD; // i64.extend_i32_u
    int shift = 0x86; // i64.shl
    int or = 0x84; // i64.or
    module.function(
        "echo",
        new int[] {I32, I32},
        new int[] {I64},
        LOCAL_GET,
        0,
        extend,
        WasmWriter.I64_CONST,
        32,
        shift,
        LOCAL_GET,
        1,
        extend,
        or);
    module.function("beyond", NONE, new int[] {I64}, WasmWriter.I64_CONST, 0x7F);
    module.function("broken", NONE, new int[] {I64}, WasmWriter.I64_CONST, 1);
    try (Guest guest = fixture.module(module.write())) {
      assertEquals("{\"a\":[1,\"é\"]}", guest.call("echo", "[{\"a\":[1,\"é\"]}]"));
      assertCode(ErrorCode.OUT_OF_BOUNDS, () -> guest.call("beyond", "[]"));
      assertCode(ErrorCode.GUEST_ERROR, () -> guest.call("broken", "[]"));
    }
  }

  @Test
  void callsTheHost() {
    byte[] prompt = "the cea".getBytes(StandardCharsets.UTF_8);
    byte[] options = "{\"maxTokens\":3,\"temperature\":0}".getBytes(StandardCharsets.UTF_8);
    WasmWriter module = new WasmWriter().memory(1).exportMemory().data(0, prompt).data(8, options);
    int generate =
        module.importFunction(
            "env", "realm_generate", new int[] {I32, I32, I32, I32, I32, I32, I32}, I32);
    module.function(
        "run",
        NONE,
        new int[] {I32},
        I32_CONST,
        GuestFixture.MODEL,
        I32_CONST,
        0,
        I32_CONST,
        prompt.length,
        I32_CONST,
        8,
        I32_CONST,
        options.length,
        I32_CONST,
        48,
        I32_CONST,
        16,
        CALL,
        generate);
    // i32.load8_u
    module.function("at", new int[] {I32}, new int[] {I32}, LOCAL_GET, 0, 0x2D, 0, 0);
    try (Guest guest = fixture.module(module.write())) {
      assertEquals("4", guest.call("run", "[]"));
      StringBuilder text = new StringBuilder();
      for (int at = 48; at < 52; at++) {
        text.append((char) Integer.parseInt(guest.call("at", "[" + at + "]")));
      }
      assertEquals("khep", text.toString());
    }
  }

  @Test
  void passesOnTraps() {
    WasmWriter module = new WasmWriter();
    module.function("trap", NONE, NONE, UNREACHABLE);
    try (Guest guest = fixture.module(module.write())) {
      EngineException thrown = assertCode(ErrorCode.GUEST_ERROR, () -> guest.call("trap", "[]"));
      assertTrue(thrown.getMessage().contains("unreachable"), thrown.getMessage());
      assertCode(ErrorCode.GUEST_ERROR, () -> guest.call("trap", "[]"));
    }
  }

  @Test
  void importsHostFunctionsAlone() {
    WasmWriter unknown = new WasmWriter();
    unknown.importFunction("env", "realm_no_such", NONE, I32);
    unknown.function("run", NONE, NONE);
    assertCode(ErrorCode.GUEST_ERROR, () -> fixture.module(unknown.write()));
    WasmWriter memory = new WasmWriter().importMemory("env", "memory");
    assertCode(ErrorCode.GUEST_ERROR, () -> fixture.module(memory.write()));
    WasmWriter system = new WasmWriter();
    system.importFunction("wasi_snapshot_preview1", "proc_exit", new int[] {I32});
    system.function("run", NONE, NONE);
    assertCode(ErrorCode.GUEST_ERROR, () -> fixture.module(system.write()));
  }

  @Test
  void refusesWhatIsNoModule() {
    assertCode(ErrorCode.GUEST_ERROR, () -> fixture.module(new byte[0]));
    assertCode(
        ErrorCode.GUEST_ERROR,
        () -> fixture.module("hello, world".getBytes(StandardCharsets.UTF_8)));
    byte[] module = new WasmWriter().memory(1).exportMemory().write();
    for (int length = 9; length < module.length; length++) {
      int cut = length;
      try (Guest guest = fixture.module(java.util.Arrays.copyOf(module, cut))) {
        // Cut between two sections it is whole, without an exported memory.
        assertCode(ErrorCode.NOT_FOUND, () -> guest.call("run", "[]"));
      } catch (EngineException refused) {
        assertEquals(ErrorCode.GUEST_ERROR, refused.code(), refused.getMessage());
      }
    }
  }

  @Test
  void growsItsMemoryUpToItsLimit() {
    GuestLimits limits = new GuestLimits(60_000, 2 << 20);
    for (WasmWriter module :
        new WasmWriter[] {new WasmWriter().memory(30), new WasmWriter().memory(30, 65536)}) {
      module.function("grow", new int[] {I32}, new int[] {I32}, LOCAL_GET, 0, MEMORY_GROW, 0);
      try (Guest guest = fixture.module(module.write(), limits)) {
        assertEquals("-1", guest.call("grow", "[3]"));
        assertEquals("30", guest.call("grow", "[2]"));
        assertEquals("-1", guest.call("grow", "[1]"));
      }
    }
    assertCode(
        ErrorCode.QUOTA_EXCEEDED,
        () -> fixture.module(new WasmWriter().memory(33).write(), limits));
    WasmWriter bounded = new WasmWriter().memory(1, 2);
    bounded.function("grow", new int[] {I32}, new int[] {I32}, LOCAL_GET, 0, MEMORY_GROW, 0);
    try (Guest guest = fixture.module(bounded.write(), limits)) {
      assertEquals("-1", guest.call("grow", "[2]"));
      assertEquals("1", guest.call("grow", "[1]"));
    }
  }
}
