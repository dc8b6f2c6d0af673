package ai.realm.engine;

import static ai.realm.engine.EngineFixture.options;
import static ai.realm.engine.EngineFixture.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.constraint.Grammar;
import ai.realm.fixture.NeedsRealModel;
import ai.realm.fixture.RealModel;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Overcommit;
import ai.realm.model.LanguageModel;
import ai.realm.model.Models;
import ai.realm.model.cache.CacheOptions;
import ai.realm.sampling.SamplingOptions;
import ai.realm.tokenizer.SpecialTokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A real model that is its own draft: by a clock that stands still, guesses cost nothing. */
@NeedsRealModel
class RealDraftTest {
  private static final OptionalInt CONTEXT = OptionalInt.of(512);

  private static LanguageModel load(ModelFile file) {
    return (LanguageModel)
        Models.open(file.gguf(), CONTEXT, 2, CacheOptions.of(KvFormat.F16), Overcommit.REFUSED);
  }

  @Test
  void itsGuessesMostlyHoldAndItsTextsAreTheSame() {
    ModelFile file = ModelFile.open(RealModel.path());
    ModelFile again = ModelFile.open(RealModel.path());
    DraftModel draft = new DraftModel(file, again, load(again), DraftFile.MOST, () -> 0);
    try (LoadedModel model =
        new LoadedModel(
            file, load(file), Optional.of(draft), CONTEXT.getAsInt(), Places.DEFAULT, () -> 0)) {
      int[] prompt =
          file.tokenizer()
              .encode(
                  "Here is a person as JSON, with name and age:\n",
                  new SpecialTokens.None(),
                  false);
      Format format =
          new Format(
              new Grammar.Source.Whole("\\{\"name\": \"[A-Z][a-z ]+\", \"age\": [0-9]+\\}"), true);
      GenerationRules greedy = options(40, new SamplingOptions(0, 0, 1, 0, 1, 0, 0, Map.of(), 0));
      GenerationRules seeded =
          options(40, new SamplingOptions(0.8, 0, 0.95, 0, 1.1, 0, 0, Map.of(), 3));
      int drafted = 0;
      int accepted = 0;
      for (GenerationRules rules : List.of(greedy, seeded, seeded.format(format))) {
        GenerationResult alone = run(model, prompt, rules.speculation(false));
        GenerationResult guessed = run(model, prompt, rules);
        assertArrayEquals(alone.tokens(), guessed.tokens());
        drafted += guessed.timings().drafted();
        accepted += guessed.timings().accepted();
      }
      assertTrue(drafted > 30 && accepted > 0.8 * drafted, accepted + " of " + drafted);
    }
  }
}
