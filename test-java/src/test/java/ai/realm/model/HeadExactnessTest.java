package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufDraft;
import ai.realm.fixture.NeedsTinyModels;
import ai.realm.fixture.TinyModelCase;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Rows;
import ai.realm.model.cache.CacheOptions;
import ai.realm.model.cache.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Heads that guess tokens, against the exact log-probabilities of an independent float64 program
 * (src/test/python/golden/guesses.py), however the tokens before came in; and the trunk beside
 * them, against the same file without a head.
 */
@NeedsTinyModels
class HeadExactnessTest {
  /**
   * The most that the mean KL may be with F32 weights; of mixtures, as in {@link ExactnessTest}.
   */
  private static final double F32 = 1e-4;

  private static final double F32_MIXTURE = 3e-3;

  /** With Q4_K_M, whose activations are rounded too. */
  private static final double QUANTIZED = 0.05;

  private static final int CONTEXT = 512;

  static List<Arguments> cases() {
    return TinyModelCase.all().stream()
        .filter(TinyModelCase::guesses)
        .flatMap(tiny -> Provider.each().stream().map(provider -> Arguments.of(tiny, provider)))
        .toList();
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void whatAHeadGuessesIsExact(TinyModelCase tiny, Provider provider) {
    float[][][] exact = tiny.exactGuesses();
    float[][][] guessed = new float[exact.length][][];
    int longest = provider.name().equals("scalar") ? 7 : 64;
    try (Gguf gguf = Gguf.open(tiny.file());
        LanguageModel model =
            Models.load(gguf, OptionalInt.of(CONTEXT), 2, KvFormat.F16, provider.kernels())) {
      for (int i = 0; i < exact.length; i++) {
        guessed[i] =
            tiny.sequences()[i].length > longest ? null : guesses(model, tiny.sequences()[i]);
      }
    }
    double limit = !tiny.type().equals("F32") ? QUANTIZED : tiny.mixture() ? F32_MIXTURE : F32;
    Exactness exactness = Exactness.of(exact, guessed);
    assertTrue(exactness.meanKl() <= limit, exactness + ", at most " + limit);
  }

  /**
   * A row behind each token, and behind those that are guessed on from. The tokens come in as a
   * prompt's in parts, and as a text's.
   */
  private static float[][] guesses(LanguageModel model, int[] ids) {
    int ahead = TinyModelCase.AHEAD;
    float[][] rows = new float[ids.length + ahead][];
    int[] tokens = Arrays.copyOf(ids, ids.length + ahead);
    for (int i = 0; i < ahead; i++) {
      tokens[ids.length + i] = ids[i % ids.length];
    }
    try (Sequence sequence = model.newSequence(tokens.length)) {
      for (int t = 0; t < ids.length; t++) {
        rows[t] = guess(model, sequence, tokens, 0);
        assertEquals(t, sequence.length());
        int part = t % 11 == 3 ? Math.min(7, ids.length - t) : 1;
        for (int i = 1; i < part; i++) {
          rows[t + i] = null; // Taken in at once; asked for below.
        }
        Batch step =
            part == 1
                ? new Batch().text(sequence, tokens, t, 1)
                : new Batch().prompt(sequence, tokens, t, part, t % 2 == 0);
        assertTrue(model.forward(step, new float[model.vocabularySize()], Cancellation.NONE));
        t += part - 1;
      }
      for (int i = 0; i < ahead; i++) {
        rows[ids.length + i] = guess(model, sequence, tokens, i);
      }
      assertEquals(ids.length, sequence.length());
    }
    try (Sequence sequence = model.newSequence(tokens.length)) {
      for (int t = 0; t < ids.length; t++) {
        if (rows[t] == null) {
          rows[t] = guess(model, sequence, tokens, 0);
        }
        Batch step = new Batch().text(sequence, tokens, t, 1);
        assertTrue(model.forward(step, new float[model.vocabularySize()], Cancellation.NONE));
      }
    }
    return rows;
  }

  private static float[] guess(LanguageModel model, Sequence sequence, int[] tokens, int ahead) {
    float[] logits = new float[model.vocabularySize()];
    sequence.reserve(sequence.length(), ahead + 1, Rows.EACH);
    Batch step = new Batch().ahead(sequence, tokens, sequence.length() + ahead, ahead);
    assertTrue(model.guessing().orElseThrow().guess(step, logits, Cancellation.NONE));
    return logits;
  }

  static Stream<Arguments> ways() {
    return cases().stream().filter(each -> ((TinyModelCase) each.get()[0]).type().equals("Q4_K_M"));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("ways")
  void theTrunkHasTheBitsThatItHasWithoutAHead(TinyModelCase tiny, Provider provider)
      throws IOException {
    int[] ids = Arrays.copyOf(tiny.sequences()[2], 60);
    CacheOptions cache = CacheOptions.of(KvFormat.F16);
    Gguf plain = withoutHead(Files.readAllBytes(tiny.file()));
    try (Gguf gguf = Gguf.open(tiny.file());
        LanguageModel model = provider.load(gguf, CONTEXT, cache);
        plain;
        LanguageModel without = provider.load(plain, CONTEXT, cache)) {
      assertTrue(without.guessing().isEmpty());
      assertArrayEquals(prompted(without, ids), prompted(model, ids));
      assertArrayEquals(Logits.of(without, ids, 60), Logits.of(model, ids, 60));
      assertArrayEquals(
          Logits.inOneBatch(without, new int[][] {ids, ids}, 3, 1, 7),
          Logits.inOneBatch(model, new int[][] {ids, ids}, 3, 1, 7));
    }
  }

  /** The logits behind a prompt in two parts. */
  private static float[] prompted(LanguageModel model, int[] ids) {
    float[] logits = new float[model.vocabularySize()];
    try (Sequence sequence = model.newSequence(ids.length)) {
      Batch first = new Batch().prompt(sequence, ids, 0, 21, false);
      assertTrue(model.forward(first, logits, Cancellation.NONE));
      Batch last = new Batch().prompt(sequence, ids, 21, ids.length - 21, true);
      assertTrue(model.forward(last, logits, Cancellation.NONE));
    }
    return logits;
  }

  static Stream<TinyModelCase> dense() {
    return TinyModelCase.all().stream().filter(tiny -> tiny.name().equals("qwen35-head-Q4_K_M-1"));
  }

  @ParameterizedTest
  @MethodSource("dense")
  void headsThatCannotRunAreRefused(TinyModelCase tiny) throws IOException {
    byte[] file = Files.readAllBytes(tiny.file());
    String key = "qwen35.nextn_predict_layers";
    assertRefused(GgufDraft.of(file).key(key, 2L), ErrorCode.UNSUPPORTED_ARCHITECTURE, key);
    assertRefused(GgufDraft.of(file).key(key, 5L), ErrorCode.MODEL_INVALID, key);
    assertRefused(GgufDraft.of(file).key(key, null), ErrorCode.MODEL_INVALID, "blk.4.");
    for (String tensor : List.of("blk.4.nextn.enorm.weight", "blk.4.attn_q.weight")) {
      assertRefused(GgufDraft.of(file).removeTensor(tensor), ErrorCode.MODEL_INVALID, tensor);
    }
  }

  private static void assertRefused(GgufDraft draft, ErrorCode code, String named) {
    try (Gguf gguf = draft.open()) {
      EngineException refusal =
          assertThrows(
              EngineException.class,
              () -> Provider.fast().getFirst().load(gguf, CONTEXT, CacheOptions.of(KvFormat.F16)));
      assertEquals(code, refusal.code(), refusal.getMessage());
      assertTrue(refusal.getMessage().contains(named), refusal.getMessage());
    }
  }

  /** The same file as those that make it smaller leave it: the key says that there is a head. */
  static Gguf withoutHead(byte[] file) {
    GgufDraft draft = GgufDraft.of(file);
    draft.tensors().stream().filter(name -> name.startsWith("blk.4.")).forEach(draft::removeTensor);
    return draft.open();
  }
}
