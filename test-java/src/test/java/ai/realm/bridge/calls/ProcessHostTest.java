package ai.realm.bridge.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessHostTest {
  private static ErrorCode storing(ProcessHost host) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[1000]);
    return assertThrows(EngineException.class, () -> host.get().app().storeModel(bytes, 0)).code();
  }

  @Test
  void isOne() {
    ProcessHost host = new ProcessHost(Map.of());
    assertSame(host.get(), host.get());
  }

  @Test
  void takesItsOptionsFromTheEnvironment() {
    assertEquals(
        ErrorCode.OUT_OF_MEMORY,
        storing(new ProcessHost(Map.of("REALM_HOST_STORAGE_BYTES", "999"))));
    Map<String, String> enough =
        Map.of(
            "REALM_HOST_STORAGE_BYTES", "1000",
            "REALM_HOST_CACHE_BYTES", "0",
            "REALM_HOST_PREFETCH", "off");
    assertEquals(ErrorCode.GGUF_INVALID, storing(new ProcessHost(enough)));
    Map<String, String> empty = Map.of("REALM_HOST_STORAGE_BYTES", "", "REALM_HOST_PREFETCH", "");
    assertEquals(ErrorCode.GGUF_INVALID, storing(new ProcessHost(empty)));
  }

  @Test
  void refusesOthersByTheirNames() {
    Map<String, String> refused =
        Map.of(
            "REALM_HOST_STORAGE_BYTES", "1 GB",
            "REALM_HOST_CACHE_BYTES", "-1",
            "REALM_HOST_PREFETCH", "yes");
    refused.forEach((variable, value) -> {
      ProcessHost host = new ProcessHost(Map.of(variable, value));
      EngineException error = assertThrows(EngineException.class, host::get);
      assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
      assertEquals(
          "the variable " + variable + " is '" + value + "'; it must be ",
          error.getMessage().substring(0, error.getMessage().indexOf("be ") + 3));
    });
  }
}
