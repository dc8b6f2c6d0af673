package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufDraft;
import ai.realm.fixture.GoldenLlama;
import ai.realm.fixture.TinyGemma2;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Rows;
import ai.realm.model.cache.CacheOptions;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.SequenceFile;
import ai.realm.model.cache.Sharing;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A prompt whose beginning others have computed gives the bits of one that is computed whole. */
class SharedPrefixTest {
  private static final int LENGTH = 400;

  private static Stream<Arguments> providersAndModels() {
    return cases("groups-of-three", "k-quants", "q8_0", "windowed");
  }

  private static Stream<Arguments> providersAndTwoModels() {
    return cases("k-quants", "windowed");
  }

  private static Stream<Arguments> cases(String... variants) {
    return Provider.fast().stream()
        .flatMap(provider ->
            Stream.of(variants)
                .flatMap(variant ->
                    Stream.of(KvFormat.values())
                        .map(format -> Arguments.of(provider, variant, format))));
  }

  private static Gguf open(String variant) {
    return variant.equals("windowed") ? windowed().open() : GoldenLlama.read(variant).open();
  }

  /** Its first layer sees the last 70 positions: two pages, or three. */
  private static GgufDraft windowed() {
    return TinyGemma2.draft(LENGTH * 2, 70);
  }

  /** The logits after the prompt and after each of ten tokens more. */
  private static float[][] run(LanguageModel model, Sequence sequence, int[] ids, int step) {
    float[][] rows = new float[11][];
    int end = ids.length - 10;
    while (sequence.length() < end) {
      int from = sequence.length();
      int count = Math.min(step, end - from);
      boolean last = from + count == end;
      rows[0] = forward(model, new Batch().prompt(sequence, ids, from, count, last));
    }
    for (int i = 1; i <= 10; i++) {
      rows[i] = forward(model, new Batch().text(sequence, ids, end + i - 1, 1));
    }
    return rows;
  }

  private static float[] forward(LanguageModel model, Batch step) {
    float[] logits = new float[step.logits() * model.vocabularySize()];
    assertTrue(model.forward(step, logits, Cancellation.NONE));
    return logits;
  }

  /** Pages come back from others as they left them: nothing that was there may matter. */
  private static void poison(LanguageModel model) {
    try (Sequence sequence = model.newSequence(LENGTH)) {
      sequence.reserve(0, LENGTH);
      for (int layer = 0; layer < model.layerwise().orElseThrow().layers(); layer++) {
        for (MemorySegment page : sequence.layer(layer, 1).pages()) {
          page.fill((byte) 0xff);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providersAndModels")
  void whereverThePrefixEndedTheBitsAreThose(Provider provider, String variant, KvFormat format) {
    Random random = new Random(variant.hashCode());
    try (Gguf gguf = open(variant);
        LanguageModel model = provider.load(gguf, LENGTH, CacheOptions.of(format))) {
      int[] ids = random.ints(LENGTH, 0, model.vocabularySize()).toArray();
      float[][] expected;
      try (Sequence alone = model.newSequence(LENGTH)) {
        expected = run(model, alone, ids, 128);
      }
      for (int common : new int[] {64, 150, 389}) {
        poison(model);
        Sharing sharing = new Sharing.Tenant(common);
        int[] other = ids.clone();
        Arrays.fill(other, common, LENGTH, 1);
        try (Sequence sequence = model.newSequence(LENGTH, sharing)) {
          run(model, sequence, other, 100);
        }
        for (int step : new int[] {128, 37}) {
          try (Sequence sequence = model.newSequence(LENGTH, sharing)) {
            int most = LENGTH - 11;
            int resumed = sequence.resume(ids, 0, most, Rows.TOGETHER);
            // What is beyond was computed by the round before.
            assertEquals((step == 128 ? common : most) / 64 * 64, resumed);
            assertArrayEquals(expected, run(model, sequence, ids, step), common + ", " + step);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providersAndTwoModels")
  void whatWasSavedGoesOnWithTheSameBits(
      Provider provider, String variant, KvFormat format, @TempDir Path folder) {
    Random random = new Random(variant.hashCode());
    Path path = folder.resolve("sequence");
    String hash = "ab".repeat(32);
    try (Gguf gguf = open(variant);
        LanguageModel model = provider.load(gguf, LENGTH, CacheOptions.of(format))) {
      int[] ids = random.ints(LENGTH, 0, model.vocabularySize()).toArray();
      float[][] expected;
      try (Sequence sequence = model.newSequence(LENGTH)) {
        run(model, sequence, Arrays.copyOf(ids, 210), 128);
        sequence.add(ids[210], Rows.EACH);
        SequenceFile.write(sequence, hash, "", path);
        expected = run(model, sequence, ids, 128);
      }
      poison(model);
      try (Sequence restored = model.newSequence(LENGTH)) {
        SequenceFile.read(restored, hash, model.vocabularySize(), path);
        assertEquals(210, restored.length());
        assertEquals(211, restored.known());
        assertArrayEquals(expected, run(model, restored, ids, 128));
      }
      for (KvFormat other : KvFormat.values()) {
        if (other != format) {
          assertRefused(provider, variant, other, hash, path);
        }
      }
      assertRefused(provider, variant, format, "cd".repeat(32), path);
    }
  }

  private static void assertRefused(
      Provider provider, String variant, KvFormat format, String hash, Path path) {
    try (Gguf gguf = open(variant);
        LanguageModel model = provider.load(gguf, LENGTH, CacheOptions.of(format));
        Sequence empty = model.newSequence(LENGTH)) {
      EngineException error =
          assertThrows(
              EngineException.class,
              () -> SequenceFile.read(empty, hash, model.vocabularySize(), path));
      assertEquals(ErrorCode.SEQUENCE_INVALID, error.code());
    }
  }

  @ParameterizedTest
  @MethodSource("providersAndTwoModels")
  void forksAndWhatWasGivenBackHaveTheBitsToo(Provider provider, String variant, KvFormat format) {
    Random random = new Random(variant.hashCode());
    try (Gguf gguf = open(variant);
        LanguageModel model = provider.load(gguf, LENGTH, CacheOptions.of(format))) {
      int[] ids = random.ints(LENGTH, 0, model.vocabularySize()).toArray();
      int[] half = Arrays.copyOf(ids, 210);
      float[][] expected;
      try (Sequence alone = model.newSequence(LENGTH)) {
        run(model, alone, half, 128);
        expected = run(model, alone, ids, 128);
      }
      try (Sequence sequence = model.newSequence(LENGTH, Sharing.APP)) {
        run(model, sequence, half, 128);
        int[] astray = ids.clone();
        Arrays.fill(astray, 210, LENGTH, 2);
        try (Sequence fork = sequence.fork();
            Sequence given = sequence.fork()) {
          run(model, fork, astray, 128);
          given.rollBack(0);
          given.resumeKnown(210);
          assertEquals(192, given.length());
          while (given.length() < given.known()) {
            forward(model, new Batch().again(given, 5, 0));
          }
          assertEquals(210, given.length());
          assertArrayEquals(expected, run(model, given, ids, 128));
          assertArrayEquals(expected, run(model, sequence, ids, 50));
        }
      }
    }
  }
}
