package ai.realm.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.realm.gguf.TensorType;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Formats against {@code exact.json.gz}: six random blocks of each type, and the exact f32 values
 * that an independent implementation in Python gives for them, apart from the golden values of
 * {@link BlockFormatTest}.
 */
class ExactValuesTest {
  private static JsonObject exact;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = ExactValuesTest.class.getResourceAsStream("exact.json.gz");
        InputStreamReader text =
            new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8)) {
      exact = JsonParser.parseReader(text).getAsJsonObject();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F32", "Q8_K", "NVFP4"},
      mode = Mode.EXCLUDE)
  void agreesBitForBit(TensorType type) {
    JsonObject of = exact.getAsJsonObject(type.name());
    byte[] blocks = HexFormat.of().parseHex(of.get("hex").getAsString());
    JsonArray values = of.getAsJsonArray("values");
    float[] out = new float[blocks.length / type.blockBytes() * type.blockSize()];
    assertEquals(values.size(), out.length);
    BlockFormat.of(type).dequantize(MemorySegment.ofArray(blocks), 0, out, 0, out.length);
    int[] expected = new int[out.length];
    int[] actual = new int[out.length];
    for (int i = 0; i < out.length; i++) {
      expected[i] = Float.floatToRawIntBits((float) values.get(i).getAsDouble());
      actual[i] = Float.floatToRawIntBits(out[i]);
    }
    assertArrayEquals(expected, actual);
  }
}
