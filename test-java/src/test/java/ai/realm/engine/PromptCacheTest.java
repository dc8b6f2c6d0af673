package ai.realm.engine;

import static ai.realm.engine.EngineFixture.greedy;
import static ai.realm.engine.EngineFixture.loaded;
import static ai.realm.engine.EngineFixture.prompt;
import static ai.realm.engine.EngineFixture.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.model.cache.Sharing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Prompts that begin as earlier ones did: what is computed of them, in tokens. */
class PromptCacheTest {
  private static GenerationRules as(Sharing sharing) {
    return greedy(5).sharing(sharing);
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  /** Tokens of prompts and texts that a model was asked to compute. */
  private static int computed(FakeModel model) {
    return model.steps.stream().mapToInt(FakeModel.Step::count).sum();
  }

  @Test
  void ofASharedBeginningOf1500TokensUnderATwentiethIsComputed() {
    FakeModel fake = FakeModel.noise();
    try (LoadedModel model = loaded(fake, 2048)) {
      int[] begin = prompt(1500, 0);
      assertEquals(0, run(model, join(begin, prompt(20, 1)), greedy(1)).cachedTokens());
      fake.steps.clear();
      GenerationResult second = run(model, join(begin, prompt(30, 2)), greedy(1));
      assertEquals(1530, second.promptTokens());
      assertEquals(1472, second.cachedTokens());
      assertEquals(1530 - 1472, computed(fake));
      assertTrue(computed(fake) - 30 < 0.05 * 1500);
    }
  }

  /** Its logits begin the text. */
  @Test
  void theLastTokenOfAPromptIsAlwaysComputed() {
    FakeModel fake = FakeModel.noise();
    try (LoadedModel model = loaded(fake, 2048)) {
      int[] prompt = prompt(256, 3);
      GenerationResult first = run(model, prompt, greedy(9));
      GenerationResult second = run(model, prompt, greedy(9));
      assertEquals(192, second.cachedTokens());
      assertArrayEquals(first.tokens(), second.tokens());
      assertEquals(0, run(model, prompt(1, 3), greedy(9)).cachedTokens());
    }
  }

  /** In tokens, since times would be another's too: what one tenant asked changes no other's. */
  @Test
  void whatOneTenantAskedChangesNothingOfWhatAnotherComputes() {
    Sharing one = new Sharing.Tenant("one");
    Sharing other = new Sharing.Tenant("other");
    Sharing all = new Sharing.Everyone();
    Sharing nobody = new Sharing.Nobody();
    int[] prompt = prompt(700, 4);
    for (Sharing asks : List.of(other, all, nobody)) {
      List<Integer> counts = new ArrayList<>();
      for (boolean before : new boolean[] {false, true}) {
        FakeModel fake = FakeModel.noise();
        try (LoadedModel model = loaded(fake, 2048)) {
          run(model, before ? prompt : prompt(700, 5), as(one));
          run(model, before ? prompt : prompt(700, 6), as(nobody));
          fake.steps.clear();
          assertEquals(0, run(model, prompt, as(asks)).cachedTokens());
          counts.add(computed(fake));
        }
      }
      assertEquals(counts.get(0), counts.get(1));
    }
    try (LoadedModel model = loaded(FakeModel.noise(), 2048)) {
      run(model, prompt, as(all));
      assertEquals(640, run(model, prompt, as(all)).cachedTokens());
    }
  }

  /**
   * Each chat has ten turns: all that was said, and a new question. They share a system message of
   * 1,000 tokens; forty of them are under way at a time, in a random order of turns.
   */
  @Test
  void twoHundredChatsFindNineTenthsInAPoolForAQuarterOfThem() {
    int chats = 200;
    int turns = 10;
    Random random = new Random(7);
    int[] system = prompt(1000, 8);
    int[][] said = new int[chats][];
    Arrays.fill(said, system);
    int[] turn = new int[chats];
    int pages = chats * Math.ceilDiv(turns * (40 + 20), 64) + system.length / 64;
    FakeModel fake = new FakeModel(_ -> -1, pages / 4 * FakeModel.PAGE_BYTES);
    long prompts = 0;
    long cached = 0;
    long taken = 0;
    try (LoadedModel model = loaded(fake, 2048)) {
      List<Integer> under = new ArrayList<>(IntStream.range(0, 40).boxed().toList());
      int next = under.size();
      while (!under.isEmpty()) {
        int chat = under.get(random.nextInt(under.size()));
        int[] question = random.ints(20 + random.nextInt(41), 0, 256).toArray();
        said[chat] = join(said[chat], question);
        GenerationResult answer = run(model, said[chat], greedy(20));
        prompts += answer.promptTokens();
        cached += answer.cachedTokens();
        said[chat] = join(said[chat], answer.tokens());
        taken = Math.max(taken, said[chat].length - system.length);
        if (++turn[chat] == turns) {
          under.removeIf(each -> each == chat);
          if (next < chats) {
            under.add(next++);
          }
        }
      }
      assertEquals(computed(fake), prompts - cached + (long) chats * turns * 19);
    }
    assertTrue(cached >= 0.9 * prompts, "%d of %d".formatted(cached, prompts));
    assertTrue(taken > 500);
  }

  @Test
  void aPoolThatIsTooSmallForAPromptRefusesItWithFigures() {
    FakeModel fake = new FakeModel(_ -> -1, 3 * FakeModel.PAGE_BYTES);
    try (LoadedModel model = loaded(fake, 2048)) {
      Recorder recorder = new Recorder();
      EngineFixture.start(model, prompt(193, 9), greedy(1), recorder);
      EngineException refusal = (EngineException) recorder.failure();
      assertEquals(ErrorCode.OUT_OF_MEMORY, refusal.code());
      String budget = "may have %d bytes".formatted(3 * FakeModel.PAGE_BYTES);
      assertTrue(refusal.getMessage().contains(budget), refusal.getMessage());
      assertEquals(192, run(model, prompt(192, 9), greedy(1)).promptTokens());
    }
  }
}
