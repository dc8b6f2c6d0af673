package ai.realm.engine;

import static ai.realm.engine.EngineFixture.endless;
import static ai.realm.engine.EngineFixture.greedy;
import static ai.realm.engine.EngineFixture.loaded;
import static ai.realm.engine.EngineFixture.options;
import static ai.realm.engine.EngineFixture.prompt;
import static ai.realm.engine.EngineFixture.run;
import static ai.realm.engine.EngineFixture.start;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.engine.GenerationResult.FinishReason;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.fixture.FakeTokenizer;
import ai.realm.sampling.Options;
import ai.realm.sampling.SamplingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationTest {

  @Test
  void theModelsEndStopsTheTextAndIsNoToken() {
    try (LoadedModel model = loaded(FakeModel.answering(3, "Paris."), 100)) {
      GenerationResult result = run(model, prompt(3, 0), greedy(50));
      assertEquals("Paris.", result.text());
      assertArrayEquals(FakeTokenizer.ids("Paris."), result.tokens());
      assertEquals(3, result.promptTokens());
      assertEquals(FinishReason.STOP, result.finishReason());
      assertTrue(result.timings().firstTokenMs() > 0);
      assertTrue(result.timings().prefillTokensPerSecond() > 0);
      assertTrue(result.timings().decodeTokensPerSecond() > 0);
    }
  }

  @Test
  void endsAtMaxTokens() {
    FakeModel fake = FakeModel.answering(3, "Paris.");
    try (LoadedModel model = loaded(fake, 100)) {
      GenerationResult result = run(model, prompt(3, 0), greedy(4));
      assertEquals("Pari", result.text());
      assertEquals(FinishReason.LENGTH, result.finishReason());
      assertEquals(List.of(7), fake.capacities);
    }
  }

  @Test
  void endsWhenTheContextIsFull() {
    FakeModel fake = FakeModel.noise();
    try (LoadedModel model = loaded(fake, 20)) {
      GenerationResult result = run(model, prompt(13, 0), endless());
      assertEquals(7, result.tokens().length);
      assertEquals(FinishReason.LENGTH, result.finishReason());
      assertEquals(List.of(20), fake.capacities);
      assertEquals(1, run(model, prompt(19, 0), greedy(50)).tokens().length);
    }
  }

  @Test
  void aPromptThatLeavesNoRoomIsRefusedWithBothNumbers() {
    try (LoadedModel model = loaded(FakeModel.noise(), 20)) {
      EngineException error = refused(ErrorCode.CONTEXT_OVERFLOW, model, prompt(20, 0), greedy(1));
      assertTrue(error.getMessage().contains("20 tokens"), error.getMessage());
      assertTrue(error.getMessage().contains("context holds 20"), error.getMessage());
      refused(ErrorCode.CONTEXT_OVERFLOW, model, prompt(21, 0), greedy(1));
      refused(ErrorCode.INVALID_ARGUMENT, model, new int[0], greedy(1));
      refused(ErrorCode.TOKEN_OUT_OF_RANGE, model, new int[] {1, 258}, greedy(1));
      refused(ErrorCode.TOKEN_OUT_OF_RANGE, model, new int[] {-1}, greedy(1));
      SamplingOptions bias = new SamplingOptions(0, 0, 1, 0, 1, 0, 0, Map.of(258, 1f), 0);
      refused(ErrorCode.TOKEN_OUT_OF_RANGE, model, prompt(1, 0), options(1, bias));
      refused(ErrorCode.INVALID_ARGUMENT, model, prompt(1, 0), greedy(1, "fine", ""));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void maxTokensBelowOneIsRefused(int maxTokens) {
    code(ErrorCode.INVALID_ARGUMENT, () -> greedy(maxTokens));
  }

  @Test
  void aLongPromptIsPrefilledInStepsThatGiveTheSameText() {
    for (int length : new int[] {1, 127, 128, 129, 256, 700}) {
      FakeModel fake = FakeModel.noise();
      int[] prompt = prompt(length, 1);
      try (LoadedModel model = loaded(fake, 1000)) {
        GenerationResult result = run(model, prompt, greedy(5));
        assertArrayEquals(byHand(fake, prompt, 5), result.tokens());
        List<Integer> prefills =
            fake.steps.stream().limit((length + 127) / 128).map(FakeModel.Step::count).toList();
        assertEquals(length, prefills.stream().mapToInt(Integer::intValue).sum());
        assertTrue(prefills.stream().allMatch(count -> count <= Scheduler.PROMPT_ROWS));
      }
    }
  }

  @Test
  void stopStringsEndTheTextAcrossTokens() {
    try (LoadedModel model = loaded(FakeModel.answering(2, "one\n\ntwo"), 100)) {
      GenerationResult result = run(model, prompt(2, 0), greedy(50, "\n\nt", "zzz"));
      assertEquals("one", result.text());
      assertArrayEquals(FakeTokenizer.ids("one\n\nt"), result.tokens());
      assertEquals(FinishReason.STOP, result.finishReason());
      assertEquals("one\n\ntwo", run(model, prompt(2, 0), greedy(50, "\n\nx")).text());
      assertEquals("one\n", run(model, prompt(2, 0), greedy(4, "\n\nx")).text());
    }
  }

  @Test
  void piecesAreNeverHalfACharacter() {
    String text = "\u00e9 \u6f22\u5b57 \uD83D\uDE00\uD83D\uDC69\u200D\uD83D\uDE80!";
    try (LoadedModel model = loaded(FakeModel.answering(1, text), 100)) {
      Recorder recorder = new Recorder();
      start(model, prompt(1, 0), greedy(90), recorder);
      assertEquals(text, recorder.result().text());
      for (String piece : recorder.pieces) {
        assertEquals(1, piece.codePointCount(0, piece.length()), piece);
        assertFalse(piece.contains("\uFFFD"), piece);
      }
    }
  }

  @Test
  void aCharacterThatMaxTokensCutsOffIsLeftOutOfTheTextAndItsTokensStay() {
    try (LoadedModel model = loaded(FakeModel.answering(1, "a\uD83D\uDE00"), 100)) {
      GenerationResult result = run(model, prompt(1, 0), greedy(3));
      assertEquals("a", result.text());
      assertEquals(3, result.tokens().length);
      assertEquals(FinishReason.LENGTH, result.finishReason());
      // Text that may have become a stop string is there all the same.
      assertEquals("a", run(model, prompt(1, 0), greedy(3, "a\uD83D\uDE00!")).text());
    }
  }

  @Test
  void aCharacterThatTheEndOfTheContextCutsOffIsLeftOut() {
    FakeModel fake = FakeModel.answering(1, "a\uD83D\uDE00");
    try (LoadedModel model = loaded(fake, 4)) {
      assertEquals("a", run(model, prompt(1, 0), endless()).text());
    }
  }

  @Test
  void aCharacterThatTheModelLeavesIncompleteBecomesOneReplacementCharacter() {
    try (LoadedModel model = loaded(FakeModel.answering(1, 'a', 0xF0, 0x9F), 100)) {
      GenerationResult result = run(model, prompt(1, 0), greedy(50));
      assertEquals("a\uFFFD", result.text());
      assertEquals(FinishReason.STOP, result.finishReason());
    }
  }

  @Test
  void controlTokensAreTokensWithoutText() {
    try (LoadedModel model = loaded(FakeModel.answering(1, 'a', FakeTokenizer.CONTROL, 'b'), 100)) {
      GenerationResult result = run(model, prompt(1, 0), greedy(50));
      assertEquals("ab", result.text());
      assertEquals(3, result.tokens().length);
    }
  }

  @Test
  void anEndAtOnceGivesAnEmptyText() {
    try (LoadedModel model = loaded(FakeModel.answering(1, ""), 100)) {
      GenerationResult result = run(model, prompt(1, 0), greedy(50));
      assertEquals("", result.text());
      assertEquals(0, result.tokens().length);
      assertEquals(FinishReason.STOP, result.finishReason());
      assertEquals(0, result.timings().decodeTokensPerSecond());
    }
  }

  @Test
  void theSameSeedGivesTheSameTextAndAnotherSeedAnother() {
    try (LoadedModel model = loaded(FakeModel.noise(), 100)) {
      int[] first = run(model, prompt(9, 0), options(40, Options.seeded(1))).tokens();
      int[] again = run(model, prompt(9, 0), options(40, Options.seeded(1))).tokens();
      int[] other = run(model, prompt(9, 0), options(40, Options.seeded(2))).tokens();
      assertArrayEquals(first, again);
      assertFalse(Arrays.equals(first, other));
    }
  }

  @Test
  void thePenaltiesSeeThePrompt() {
    SamplingOptions presence = new SamplingOptions(0, 0, 1, 0, 10, 10, 10, Map.of(), 0);
    int[] prompt = {'a', 'b', 'a'};
    try (LoadedModel model = loaded(new FakeModel(sequence -> 'a'), 100)) {
      assertEquals('a', run(model, prompt, greedy(1)).tokens()[0]);
      assertNotEquals('a', run(model, prompt, options(1, presence)).tokens()[0]);
    }
  }

  /** The greedy continuation, straight from the model's logits. */
  private static int[] byHand(FakeModel fake, int[] prompt, int count) {
    List<Integer> sequence = new ArrayList<>(IntStream.of(prompt).boxed().toList());
    for (int i = 0; i < count; i++) {
      float[] logits = fake.logitsAfter(sequence.stream().mapToInt(Integer::intValue).toArray());
      int best = 0;
      for (int id = 1; id < logits.length; id++) {
        best = logits[id] > logits[best] ? id : best;
      }
      sequence.add(best);
    }
    return sequence.stream().skip(prompt.length).mapToInt(Integer::intValue).toArray();
  }

  /** Refused at the start, with nothing left open: the close of the model would wait for it. */
  private static EngineException refused(
      ErrorCode code, LoadedModel model, int[] prompt, GenerationRules options) {
    try (ModelLease lease = model.lease()) {
      return code(code, () -> lease.generate(prompt, options, new Recorder()));
    }
  }

  private static EngineException code(ErrorCode code, Executable call) {
    EngineException error = assertThrows(EngineException.class, call);
    assertEquals(code, error.code());
    return error;
  }
}
