package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.NeedsTinyModels;
import ai.realm.fixture.TinyModelCase;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every architecture that generates, in several types, against the exact log-probabilities of an
 * independent float64 program (src/test/python/golden), and against node-llama-cpp. {@code npm
 * test} runs a few cases of each, {@code npm run test:matrix} all.
 */
@NeedsTinyModels
class ExactnessTest {
  /** Whether all providers take all sequences in every way. */
  static final boolean THOROUGH = Boolean.parseBoolean(System.getenv("REALM_TEST_MATRIX_THOROUGH"));

  /**
   * Of each model. The whole matrix has cases side by side instead: models this small gain nothing
   * by a second thread, and no bit depends on it ({@link ForwardThreadsTest}).
   */
  static final int THREADS = THOROUGH ? 1 : 2;

  /** The most that the mean KL may be with F32 weights. */
  private static final double F32 = 1e-4;

  /**
   * Likewise of mixtures: near a tie the smallest difference chooses another expert. Where
   * node-llama-cpp's rows are there, of each row the exact one or node-llama-cpp's counts.
   */
  private static final double F32_MIXTURE = 3e-3;

  /** With other weights, of node-llama-cpp's mean KL on the same file. */
  private static final double SHARE_OF_PEER = 0.5;

  /** Likewise of mixtures. */
  private static final double SHARE_OF_PEER_MIXTURE = 1;

  /** The tokens that the exact values were computed for a context of: it chooses RoPE's factors. */
  private static final OptionalInt CONTEXT = OptionalInt.of(512);

  /** The provider that users of this machine get. */
  private static final String CHOSEN = Provider.each().getLast().name();

  /** Sequences up to this length are short. */
  private static final int SHORT = 64;

  static List<TinyModelCase> cases() {
    return TinyModelCase.all().stream().filter(TinyModelCase::generates).toList();
  }

  /** In short, the scalar one with the weights whose exactness is bound the closest. */
  private static List<Provider> providers(TinyModelCase tiny) {
    if (THOROUGH) {
      return Provider.all();
    }
    return tiny.type().equals("F32") ? Provider.each() : Provider.fast();
  }

  @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
  @MethodSource("cases")
  void logProbabilitiesAreExact(TinyModelCase tiny) {
    float[][][] exact = tiny.exact();
    float[][][] peer = tiny.type().equals("F32") ? tiny.peerRows() : null;
    MeasuredExactness measured = new MeasuredExactness();
    List<Executable> checks = new ArrayList<>();
    for (Provider provider : providers(tiny)) {
      try (Gguf gguf = Gguf.open(tiny.file());
          LanguageModel model =
              Models.load(gguf, CONTEXT, THREADS, KvFormat.F16, provider.kernels())) {
        for (Way way : Way.values()) {
          float[][][] logits = way.run(model, wanted(tiny, provider, way));
          if (logits == null) {
            continue;
          }
          Exactness exactness =
              THOROUGH && tiny.mixture()
                  ? Exactness.ofMixture(exact, logits)
                  : Exactness.of(exact, logits);
          measured.add(provider, way.name(), exactness);
          String where = provider + ", " + way;
          if (peer != null && tiny.mixture()) {
            Exactness nearest = Exactness.ofNearest(exact, peer, logits);
            checks.add(() -> assertWithin(nearest, limit(tiny), where + ": from the nearer ones"));
            continue;
          }
          checks.add(() -> assertWithin(exactness, limit(tiny), where + ": from the exact ones"));
          if (peer != null) {
            Exactness fromPeer = Exactness.of(peer, logits);
            checks.add(() -> assertWithin(fromPeer, limit(tiny), where + ": from node-llama-cpp"));
          }
        }
      }
    }
    measured.write(tiny);
    assertAll(checks);
  }

  /** The sequences that a provider takes in this way; null in the places of the others. */
  private static int[][] wanted(TinyModelCase tiny, Provider provider, Way way) {
    int[][] wanted = tiny.sequences().clone();
    boolean slow = provider.name().equals("scalar");
    boolean few = slow || !THOROUGH && !provider.name().equals(CHOSEN);
    int longest = !few ? Integer.MAX_VALUE : !THOROUGH ? 7 : way == Way.WHOLE ? 300 : SHORT;
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = wanted[i].length <= longest ? wanted[i] : null;
    }
    return wanted;
  }

  private static double limit(TinyModelCase tiny) {
    if (tiny.type().equals("F32")) {
      return tiny.mixture() ? F32_MIXTURE : F32;
    }
    return (tiny.mixture() ? SHARE_OF_PEER_MIXTURE : SHARE_OF_PEER) * tiny.peer();
  }

  private static void assertWithin(Exactness exactness, double limit, String where) {
    String message = String.format(Locale.ROOT, "%s %s, at most %.3g", where, exactness, limit);
    assertTrue(exactness.meanKl() <= limit, message);
  }

  /** How sequences are taken in. */
  enum Way {
    /** Each in one step. */
    WHOLE,
    /** Each in several steps, whose ends are not those of blocks, windows or pages. */
    PIECES,
    /** Each as text is generated. */
    TOKENS,
    /** All in the same steps, of which each has a piece of every one. */
    BATCH;

    /** The logits of those sequences that are not null; null if all are. */
    float[][][] run(LanguageModel model, int[][] sequences) {
      if (Stream.of(sequences).allMatch(Objects::isNull)) {
        return null;
      }
      if (this == BATCH) {
        return Logits.inOneBatch(model, sequences, 29, 1, 13, 61);
      }
      float[][][] logits = new float[sequences.length][][];
      for (int i = 0; i < logits.length; i++) {
        int[] ids = sequences[i];
        logits[i] = ids == null ? null : Logits.of(model, ids, step(ids.length));
      }
      return logits;
    }

    private int step(int length) {
      return switch (this) {
        case WHOLE -> length;
        case PIECES -> 29;
        default -> 1;
      };
    }
  }
}
