package ai.realm.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.ErrorCode;
import ai.realm.fixture.Rounds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Model files that were changed or cut at random, given to {@code realm_store_model}: each is
 * stored or refused by a code, and the host holds nothing afterwards.
 */
class StoreDamageTest {
  private static final int FILES = Rounds.of(3000, 100_000);

  private static final Set<ErrorCode> REFUSALS =
      EnumSet.of(
          ErrorCode.GGUF_INVALID,
          ErrorCode.GGUF_TRUNCATED,
          ErrorCode.GGUF_UNSUPPORTED_VERSION,
          ErrorCode.UNSUPPORTED_TYPE);

  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    7,
    31,
    255,
    65_535,
    Integer.MAX_VALUE,
    1L << 31,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE / 32 + 1
  };

  private final SplittableRandom random = new SplittableRandom(4);

  private static byte[] model(String name) throws IOException {
    try (InputStream in =
        StoreDamageTest.class.getResourceAsStream("/conformance/models/" + name)) {
      return in.readAllBytes();
    }
  }

  /** Up to four changes, most of them where the header is. */
  private byte[] damaged(byte[] model, int header) {
    byte[] bytes = model.clone();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int changes = random.nextInt(1, 5);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(random.nextInt(8) == 0 ? bytes.length - 8 : header);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> buffer.putInt(at, (int) EXTREMES[random.nextInt(EXTREMES.length)]);
        default -> buffer.putLong(at, EXTREMES[random.nextInt(EXTREMES.length)]);
      }
    }
    return bytes;
  }

  @Test
  void eachIsStoredOrRefusedAndNothingStays() throws IOException {
    byte[][] models = {model("types.gguf"), model("tiny.gguf")};
    int[] headers = {800, 7800};
    Host host = new Host(new HostOptions(Long.MAX_VALUE, 0, false, 1));
    Tenant guest = host.guest(Grants.unlimited());
    Map<ErrorCode, Integer> refused = new EnumMap<>(ErrorCode.class);
    int stored = 0;
    try (WasmMemory memory = new WasmMemory(3)) {
      HostFunctions functions = new HostFunctions(guest, memory, Optional.empty());
      for (int i = 0; i < FILES; i++) {
        // The larger one is there for its vocabulary; most of the time goes into copies of it.
        int which = random.nextInt(8) == 0 ? 1 : 0;
        byte[] bytes = damaged(models[which], headers[which]);
        int length = random.nextInt(8) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
        memory.write(0, bytes);
        int result = functions.models().storeModel(0, length, 0);
        if (result > 0) {
          stored++;
          assertEquals(0, functions.models().getModelInfo(result, 0, 8));
          assertEquals(0, functions.models().removeModel(result));
        } else {
          ErrorCode code = functions.lastError().orElseThrow().code();
          assertTrue(REFUSALS.contains(code), i + ": " + functions.lastError());
          refused.merge(code, 1, Integer::sum);
        }
      }
    }
    // Else the damage would be too small, or too great, to test anything.
    assertTrue(stored > FILES / 20, stored + " were stored");
    assertEquals(REFUSALS, refused.keySet(), refused.toString());
    assertEquals(0, host.contents().size());
    assertEquals(0, host.contents().copiedBytes());
    guest.close();
  }
}
