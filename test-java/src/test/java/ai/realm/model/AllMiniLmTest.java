package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.NeedsRealModel;
import ai.realm.fixture.RealModel;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.model.cache.CacheOptions;
import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.Tokenizer;
import ai.realm.tokenizer.Tokenizers;
import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * all-MiniLM-L6-v2 in F32 against llama.cpp and an independent numpy program, on 50 texts in many
 * languages (src/test/resources/ai/realm/model/README.md).
 */
@NeedsRealModel(RealModel.EMBEDDER)
class AllMiniLmTest {
  private static final double LEAST_COSINE = 0.9999;
  private static final int POSITIONS = 512;

  private record Golden(List<Case> texts) {}

  private record Case(String text, int[] ids, int[] peerIds, String vector, String peer) {}

  private static List<Case> cases;

  @BeforeAll
  static void read() throws IOException {
    try (Reader reader =
        new InputStreamReader(
            new GZIPInputStream(
                AllMiniLmTest.class.getResourceAsStream("all-minilm-l6-v2.json.gz")),
            StandardCharsets.UTF_8)) {
      cases = new Gson().fromJson(reader, Golden.class).texts;
    }
    assertEquals(50, cases.size());
  }

  @Test
  void splitsTextsAsLlamaCppDoes() {
    try (Gguf gguf = Gguf.open(RealModel.path(RealModel.EMBEDDER))) {
      Tokenizer tokenizer = Tokenizers.of(gguf.metadata());
      int asTheOriginal = 0;
      for (Case each : cases) {
        int[] ids = tokenizer.encode(each.text, new SpecialTokens.None(), true);
        if (ids.length > POSITIONS) {
          int separator = ids[ids.length - 1];
          ids = Arrays.copyOf(ids, POSITIONS);
          ids[POSITIONS - 1] = separator;
        }
        assertArrayEquals(each.peerIds, ids, each.text);
        asTheOriginal += Arrays.equals(each.ids, ids) ? 1 : 0;
      }
      // The others are in Hindi, Bengali, Tamil and Korean.
      assertEquals(46, asTheOriginal);
    }
  }

  static Stream<Provider> providers() {
    // The scalar kernels would take minutes.
    return Provider.each().stream().filter(provider -> !provider.name().equals("scalar"));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void vectorsAreExact(Provider provider) {
    try (Gguf gguf = Gguf.open(RealModel.path(RealModel.EMBEDDER));
        TextEncoder model =
            Models.open(
                gguf, OptionalInt.empty(), 2, CacheOptions.of(KvFormat.F16), provider.kernels())) {
      int[][] ids = cases.stream().map(Case::peerIds).toArray(int[][]::new);
      float[][][] states = Embeddings.states(model, ids);
      for (int i = 0; i < ids.length; i++) {
        float[] vector = Embeddings.vector(model, states[i]);
        Case each = cases.get(i);
        double exact = Exactness.cosine(floats(each.vector), vector);
        double peer = Exactness.cosine(floats(each.peer), vector);
        String what =
            each.text + ": " + exact + " to the exact vector, " + peer + " to llama.cpp's";
        assertTrue(exact >= LEAST_COSINE && peer >= LEAST_COSINE, what);
      }
    }
  }

  private static float[] floats(String base64) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    float[] floats = new float[bytes.remaining() / Float.BYTES];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }
}
