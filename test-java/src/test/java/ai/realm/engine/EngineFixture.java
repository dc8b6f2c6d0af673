package ai.realm.engine;

import ai.realm.fixture.FakeModel;
import ai.realm.fixture.FakeTokenizer;
import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.Gguf;
import ai.realm.sampling.Options;
import ai.realm.sampling.SamplingOptions;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Loaded models around a {@link FakeModel}, and short ways to ask them. */
final class EngineFixture {
  private EngineFixture() {}

  static LoadedModel loaded(FakeModel model, int contextLength) {
    Gguf gguf = Gguf.of(MemorySegment.ofArray(new GgufWriter().bytes()), () -> {});
    return new LoadedModel(new ModelFile("fake", gguf, new FakeTokenizer()), model, contextLength);
  }

  static GenerationOptions greedy(int maxTokens, String... stop) {
    return options(maxTokens, Options.greedy(), stop);
  }

  static GenerationOptions options(int maxTokens, SamplingOptions sampling, String... stop) {
    return new GenerationOptions(OptionalInt.of(maxTokens), sampling, List.of(stop));
  }

  static Generation start(
      LoadedModel model, int[] prompt, GenerationOptions options, Recorder recorder) {
    return model.lease().generate(prompt, options, recorder);
  }

  static GenerationResult run(LoadedModel model, int[] prompt, GenerationOptions options) {
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
