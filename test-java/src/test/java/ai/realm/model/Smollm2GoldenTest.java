package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.NeedsRealModel;
import ai.realm.fixture.RealModel;
import ai.realm.fixture.Rounds;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.ffm.NativeFamilies;
import ai.realm.kernels.ffm.NativeKernels;
import ai.realm.kernels.vector.VectorKernels;
import ai.realm.model.cache.Sequence;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SmolLM2-135M-Instruct.Q4_1 against the exact log-probabilities that an independent numpy program
 * computed from the same file (src/test/resources/ai/realm/model/README.md).
 */
@NeedsRealModel
class Smollm2GoldenTest {
  private static JsonObject golden;
  private static Path path;

  @BeforeAll
  static void read() throws IOException, NoSuchAlgorithmException {
    path = RealModel.path();
    try (InputStream in =
            Smollm2GoldenTest.class.getResourceAsStream("smollm2-135m-instruct-q4_1.json.gz");
        Reader reader = new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8)) {
      golden = JsonParser.parseReader(reader).getAsJsonObject();
    }
    assertEquals(golden.get("sha256").getAsString(), sha256(path), "the pinned file");
  }

  static Stream<Arguments> providers() {
    List<Arguments> all = new ArrayList<>();
    all.add(Arguments.of("vector", new VectorKernels()));
    List<NativeKernels> families = NativeFamilies.all();
    List<NativeKernels> last = families.subList(Math.max(0, families.size() - 1), families.size());
    // In short, the family that users of this machine get.
    for (NativeKernels kernels : Rounds.of(last, families)) {
      all.add(Arguments.of(kernels.family(), kernels));
    }
    return all.stream();
  }

  private static String sha256(Path path) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("providers")
  void prefillIsNearerToTheExactResultThanThePeer(String provider, Kernels kernels) {
    assertNear(kernels, 1 << 20);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("providers")
  void decodeIsNearerToTheExactResultThanThePeer(String provider, Kernels kernels) {
    assertNear(kernels, 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("providers")
  void theSmallSequenceStaysNearerThanThePeer(String provider, Kernels kernels) {
    assertNear(kernels, KvFormat.Q8_0, 1 << 20, 1, 0.98);
  }

  /**
   * Half of the mean KL, 0.207, that four bits cost where the values of a head are not spread
   * before: node-llama-cpp, whose are, has 0.080 in Q4_0, and so has docs/performance.md.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("providers")
  void theSmallestSequenceSpreadsWhatIsFarFromTheOthers(String provider, Kernels kernels) {
    double limit = 0.1 / golden.get("peerMeanKl").getAsDouble();
    assertNear(kernels, KvFormat.Q4_0, 1 << 20, limit, 0.8);
  }

  private static void assertNear(Kernels kernels, int batch) {
    assertNear(kernels, KvFormat.F16, batch, 0.5, 0.995);
  }

  private static void assertNear(
      Kernels kernels, KvFormat format, int batch, double peerShare, double sameTop) {
    try (Gguf gguf = Gguf.open(path);
        LanguageModel model = Models.load(gguf, OptionalInt.empty(), 2, format, kernels)) {
      assertNear(model, batch, peerShare, sameTop);
    }
  }

  private static void assertNear(LanguageModel model, int batch, double peerShare, double sameTop) {
    double divergence = 0;
    int positions = 0;
    int same = 0;
    for (JsonElement element : golden.getAsJsonArray("cases")) {
      JsonArray top = element.getAsJsonObject().getAsJsonArray("top");
      int[] ids =
          element.getAsJsonObject().getAsJsonArray("ids").asList().stream()
              .mapToInt(JsonElement::getAsInt)
              .toArray();
      double[][] actual = logProbabilities(model, ids, batch);
      for (int i = 0; i < ids.length; i++, positions++) {
        JsonArray expected = top.get(i).getAsJsonArray();
        same += argmax(actual[i]) == expected.get(0).getAsJsonArray().get(0).getAsInt() ? 1 : 0;
        for (JsonElement pair : expected) {
          double p = pair.getAsJsonArray().get(1).getAsDouble();
          divergence += Math.exp(p) * (p - actual[i][pair.getAsJsonArray().get(0).getAsInt()]);
        }
      }
    }
    double mean = divergence / positions;
    assertTrue(mean <= golden.get("peerMeanKl").getAsDouble() * peerShare, "mean KL is " + mean);
    assertTrue(same >= sameTop * positions, same + " of " + positions + " top tokens are the same");
  }

  private static double[][] logProbabilities(LanguageModel model, int[] ids, int batch) {
    int vocabulary = model.vocabularySize();
    double[][] rows = new double[ids.length][];
    try (Sequence cache = model.newSequence(ids.length)) {
      for (int from = 0; from < ids.length; from += batch) {
        int count = Math.min(batch, ids.length - from);
        float[] logits = new float[count * vocabulary];
        assertTrue(Logits.forward(model, ids, from, count, cache, logits, Cancellation.NONE));
        for (int t = 0; t < count; t++) {
          rows[from + t] = logSoftmax(logits, t * vocabulary, vocabulary);
        }
      }
    }
    return rows;
  }

  private static double[] logSoftmax(float[] logits, int at, int n) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, logits[at + i]);
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.exp(logits[at + i] - max);
    }
    double[] out = new double[n];
    for (int i = 0; i < n; i++) {
      out[i] = logits[at + i] - max - Math.log(sum);
    }
    return out;
  }

  private static int argmax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
