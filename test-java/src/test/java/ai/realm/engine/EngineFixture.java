package ai.realm.engine;

import ai.realm.fixture.FakeModel;
import ai.realm.fixture.FakeTokenizer;
import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.Gguf;
import ai.realm.model.cache.Sharing;
import ai.realm.sampling.Options;
import ai.realm.sampling.SamplingChoice;
import ai.realm.sampling.SamplingOptions;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Loaded models around a {@link FakeModel}, and short ways to ask them. */
final class EngineFixture {
  private EngineFixture() {}

  static LoadedModel loaded(FakeModel model, int contextLength) {
    // By a clock that stands still, no step takes long: prompts are in every one.
    return loaded(model, contextLength, Places.DEFAULT, () -> 0);
  }

  static LoadedModel loaded(FakeModel model, int contextLength, Places places, LongSupplier clock) {
    return new LoadedModel(fakeFile(), model, Optional.empty(), contextLength, places, clock);
  }

  /** The same with a draft, which closes with it. */
  static LoadedModel loaded(
      FakeModel model, FakeModel draft, int contextLength, LongSupplier clock) {
    DraftModel guesses = new DraftModel(fakeFile(), fakeFile(), draft, DraftFile.MOST, clock);
    return new LoadedModel(
        fakeFile(), model, Optional.of(guesses), contextLength, Places.DEFAULT, clock);
  }

  private static ModelFile fakeFile() {
    Gguf gguf = Gguf.of(MemorySegment.ofArray(new GgufWriter().bytes()), () -> {});
    return new ModelFile("fake", gguf, new FakeTokenizer());
  }

  static GenerationRules greedy(int maxTokens, String... stop) {
    return options(maxTokens, Options.greedy(), stop);
  }

  static GenerationRules options(int maxTokens, SamplingOptions sampling, String... stop) {
    return new GenerationRules(
        OptionalInt.of(maxTokens), all(sampling), List.of(stop), Sharing.APP);
  }

  /** Greedy, until the text or the context ends. */
  static GenerationRules endless() {
    return new GenerationRules(OptionalInt.empty(), all(Options.greedy()), List.of(), Sharing.APP);
  }

  private static SamplingChoice all(SamplingOptions options) {
    return new SamplingChoice(
        OptionalDouble.of(options.temperature()),
        OptionalInt.of(options.topK()),
        OptionalDouble.of(options.topP()),
        OptionalDouble.of(options.minP()),
        OptionalDouble.of(options.typicalP()),
        OptionalDouble.of(options.topNSigma()),
        OptionalDouble.of(options.repeatPenalty()),
        OptionalDouble.of(options.presencePenalty()),
        OptionalDouble.of(options.frequencyPenalty()),
        options.logitBias(),
        options.others(),
        OptionalLong.of(options.seed()));
  }

  static Generation start(
      LoadedModel model, int[] prompt, GenerationRules options, Recorder recorder) {
    return model.lease().generate(prompt, options, recorder);
  }

  static GenerationResult run(LoadedModel model, int[] prompt, GenerationRules options) {
    Recorder recorder = new Recorder();
    start(model, prompt, options, recorder);
    GenerationResult result = recorder.result();
    if (!String.join("", recorder.pieces).equals(result.text())) {
      throw new AssertionError(recorder.pieces + " is not " + result.text());
    }
    return result;
  }

  /** A prompt of {@code length} tokens that differs from those of other seeds. */
  static int[] prompt(int length, int seed) {
    int[] prompt = new int[length];
    for (int i = 0; i < length; i++) {
      prompt[i] = Math.floorMod(31 * i + 7 * seed, 256);
    }
    return prompt;
  }

  /** Lets the model begin no step before the latch that this returns is open. */
  static CountDownLatch hold(FakeModel fake) {
    CountDownLatch free = new CountDownLatch(1);
    FakeModel.Hook held = fake.hook;
    fake.hook =
        step -> {
          await(free);
          held.before(step);
        };
    return free;
  }

  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("what the test waits for did not come");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
