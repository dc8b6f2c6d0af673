package ai.realm.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufWriter;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.function.Executable;

/** Models and checks that the tests of storage share. */
final class StoreFixture {
  static final TensorCache NO_CACHE = new TensorCache(0);

  private StoreFixture() {}

  /** A model of no architecture with one tensor, named {@code x}. */
  static byte[] model(float... values) {
    return new GgufWriter().tensor("x", new long[] {values.length}, values).bytes();
  }

  static MemorySegment segment(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }

  static void assertCode(ErrorCode code, String message, Executable call) {
    EngineException error = assertThrows(EngineException.class, call);
    assertEquals(code, error.code());
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }
}
