package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.NeedsTinyModels;
import ai.realm.fixture.TinyModelCase;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Rows;
import ai.realm.model.cache.CacheOptions;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.SequenceFile;
import ai.realm.model.cache.Sharing;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sequences of models with recurrent layers have the bits that they have alone, however their state
 * was come by.
 */
@NeedsTinyModels
class RecurrentSequenceTest {
  private static final Set<String> RECURRENT =
      Set.of("lfm2", "mamba2", "granitehybrid", "nemotron_h", "qwen3next", "qwen35");

  private static final int LENGTH = 300;
  private static final int PROMPT = 210;

  static Stream<Arguments> providersAndModels() {
    List<TinyModelCase> models =
        TinyModelCase.all().stream()
            .filter(tiny -> tiny.type().equals("Q4_K_M") && RECURRENT.contains(tiny.model()))
            .toList();
    return Provider.fast().stream()
        .flatMap(provider -> models.stream().map(tiny -> Arguments.of(provider, tiny)));
  }

  private static LanguageModel load(Provider provider, Gguf gguf) {
    return provider.load(gguf, LENGTH, CacheOptions.of(KvFormat.F16));
  }

  private static int[] ids(LanguageModel model) {
    return new Random(1).ints(LENGTH, 0, model.vocabularySize()).toArray();
  }

  /** The logits after the prompt and after each of ten tokens more. */
  private static float[][] run(LanguageModel model, Sequence sequence, int[] ids, int step) {
    float[][] rows = new float[11][];
    while (sequence.length() < PROMPT) {
      int from = sequence.length();
      int count = Math.min(step, PROMPT - from);
      Batch batch = new Batch().prompt(sequence, ids, from, count, from + count == PROMPT);
      rows[0] = forward(model, batch);
    }
    for (int i = 1; i <= 10; i++) {
      rows[i] = forward(model, new Batch().text(sequence, ids, PROMPT + i - 1, 1));
    }
    return rows;
  }

  private static float[] forward(LanguageModel model, Batch step) {
    float[] logits = new float[step.logits() * model.vocabularySize()];
    assertTrue(model.forward(step, logits, Cancellation.NONE));
    return logits;
  }

  private static float[][] alone(LanguageModel model, int[] ids) {
    try (Sequence sequence = model.newSequence(LENGTH)) {
      return run(model, sequence, ids, 128);
    }
  }

  @ParameterizedTest
  @MethodSource("providersAndModels")
  void whereverAPromptWasCutOrAPrefixEnded(Provider provider, TinyModelCase tiny) {
    try (Gguf gguf = Gguf.open(tiny.file());
        LanguageModel model = load(provider, gguf)) {
      int[] ids = ids(model);
      float[][] expected = alone(model, ids);
      int[] other = ids.clone();
      Arrays.fill(other, 150, LENGTH, 1);
      try (Sequence sequence = model.newSequence(LENGTH, Sharing.APP)) {
        run(model, sequence, other, 100);
      }
      for (int step : new int[] {37, 128}) {
        try (Sequence sequence = model.newSequence(LENGTH, Sharing.APP)) {
          int resumed = sequence.resume(ids, 0, PROMPT - 1, Rows.TOGETHER);
          assertEquals(step == 37 ? 128 : 192, resumed);
          assertArrayEquals(expected, run(model, sequence, ids, step));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providersAndModels")
  void besideOthersAndBehindDraftsThatWereWrong(Provider provider, TinyModelCase tiny) {
    try (Gguf gguf = Gguf.open(tiny.file());
        LanguageModel model = load(provider, gguf)) {
      int[] ids = ids(model);
      float[][] expected = alone(model, ids);
      int[] wrong = ids.clone();
      Arrays.fill(wrong, PROMPT + 3, LENGTH, 1);
      try (Sequence sequence = model.newSequence(LENGTH);
          Sequence beside = model.newSequence(LENGTH)) {
        Batch prompts = new Batch().prompt(sequence, ids, 0, PROMPT, true);
        forward(model, prompts.prompt(beside, wrong, 7, 33, true));
        Batch drafts = new Batch().text(sequence, wrong, PROMPT, 6);
        float[] logits = forward(model, drafts.prompt(beside, wrong, 40, 70, false));
        int vocabulary = model.vocabularySize();
        for (int i = 0; i < 3; i++) {
          int at = i * vocabulary;
          assertArrayEquals(expected[1 + i], Arrays.copyOfRange(logits, at, at + vocabulary));
        }
        sequence.truncate(PROMPT + 3);
        for (int i = 4; i <= 10; i++) {
          Batch text = new Batch().text(sequence, ids, PROMPT + i - 1, 1);
          logits = forward(model, text.text(beside, wrong, 110 + i, 1));
          assertArrayEquals(expected[i], Arrays.copyOf(logits, vocabulary));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providersAndModels")
  void inForksAndRestoredAndComputedAgain(
      Provider provider, TinyModelCase tiny, @TempDir Path folder) {
    try (Gguf gguf = Gguf.open(tiny.file());
        LanguageModel model = load(provider, gguf)) {
      int[] ids = ids(model);
      float[][] expected = alone(model, ids);
      Path path = folder.resolve("sequence");
      String hash = "ab".repeat(32);
      try (Sequence sequence = model.newSequence(LENGTH, Sharing.APP)) {
        forward(model, new Batch().prompt(sequence, ids, 0, PROMPT - 1, false));
        SequenceFile.write(sequence, hash, "", path);
        try (Sequence fork = sequence.fork()) {
          assertArrayEquals(expected, run(model, fork, ids, 1));
          // Cancelled in its first layer, a step leaves all as it was.
          Batch cancelled = new Batch().prompt(sequence, ids, PROMPT - 1, 1, true);
          assertFalse(model.forward(cancelled, new float[model.vocabularySize()], () -> true));
          fork.cut(200);
          assertEquals(192, fork.length());
          while (fork.length() < fork.known()) {
            forward(model, new Batch().again(fork, 5, 0));
          }
          assertArrayEquals(expected, run(model, fork, ids, 4));
        }
        assertArrayEquals(expected, run(model, sequence, ids, 128));
      }
      try (Sequence restored = model.newSequence(LENGTH)) {
        SequenceFile.read(restored, hash, model.vocabularySize(), path);
        assertEquals(PROMPT - 1, restored.length());
        assertArrayEquals(expected, run(model, restored, ids, 128));
      }
    }
  }
}
