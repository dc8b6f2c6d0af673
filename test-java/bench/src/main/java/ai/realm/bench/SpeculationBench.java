package ai.realm.bench;

import ai.realm.engine.AwaitedGeneration;
import ai.realm.engine.Claim;
import ai.realm.engine.DraftFile;
import ai.realm.engine.DraftModel;
import ai.realm.engine.GenerationResult;
import ai.realm.engine.GenerationRules;
import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelFile;
import ai.realm.engine.Places;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Overcommit;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.Batch;
import ai.realm.model.LanguageModel;
import ai.realm.model.Models;
import ai.realm.model.cache.CacheOptions;
import ai.realm.model.cache.Sharing;
import ai.realm.sampling.SamplingChoice;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Has a model say given texts, without and with guesses in turns, and prints for each text and turn
 * a line: its name, the tokens a second without and with, and how many were guessed and held.
 *
 * <p>All rows go through the model as they would in any text; behind them, the logit of the token
 * that the given text has next is made the greatest. So models with random weights, which have the
 * cost of real ones but nothing to say, say what a real one might.
 *
 * <p>Arguments: the GGUF file; the threads that compute; the turns; and a file with a line for each
 * text: its name, the ids of its prompt, and those of its answer, with tabs between them and spaces
 * between ids. Behind them there may be the file of a draft, and of how many of 100 tokens it knows
 * the next one: at the same positions in every turn.
 */
public final class SpeculationBench {
  /** A text that is to be said. */
  private record Given(String name, int[] prompt, int[] answer) {
    static Given read(String line) {
      String[] parts = line.split("\t");
      return new Given(parts[0], ids(parts[1]), ids(parts[2]));
    }

    private static int[] ids(String list) {
      return Arrays.stream(list.split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    /** The token after {@code position}; -1 behind the end. */
    int after(int position) {
      int at = position + 1 - prompt.length;
      return at < answer.length ? answer[at] : -1;
    }
  }

  private final LoadedModel model;
  private volatile Given given;

  private SpeculationBench(ModelFile file, int threads, Optional<ModelFile> draft, int right) {
    CacheOptions cache = CacheOptions.of(KvFormat.F16);
    WorkerPool pool = new WorkerPool(threads);
    LanguageModel real = open(file, pool, cache);
    Optional<DraftModel> guessing =
        draft.map(smaller ->
            new DraftModel(
                file,
                smaller,
                saying(open(smaller, pool, cache), right),
                DraftFile.MOST,
                System::nanoTime));
    model =
        new LoadedModel(
            file,
            saying(real, 100),
            guessing,
            real.trainedContext(),
            Places.DEFAULT,
            System::nanoTime);
  }

  private static LanguageModel open(ModelFile file, WorkerPool pool, CacheOptions cache) {
    return (LanguageModel)
        Models.open(file.gguf(), OptionalInt.empty(), pool, cache, Overcommit.REFUSED);
  }

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    int turns = Integer.parseInt(args[2]);
    List<Given> texts = Files.readAllLines(Path.of(args[3])).stream().map(Given::read).toList();
    ModelFile file = ModelFile.open(Path.of(args[0]));
    Optional<ModelFile> draft =
        args.length > 4 ? Optional.of(ModelFile.open(Path.of(args[4]))) : Optional.empty();
    int right = draft.isPresent() ? Integer.parseInt(args[5]) : 0;
    SpeculationBench bench = new SpeculationBench(file, Integer.parseInt(args[1]), draft, right);
    try (LoadedModel _ = bench.model) {
      for (Given text : texts) {
        bench.say(text, true); // To warm up.
      }
      for (int turn = 0; turn < turns; turn++) {
        for (Given text : texts) {
          boolean withFirst = turn % 2 == 1;
          GenerationResult.Timings first = bench.say(text, withFirst);
          GenerationResult.Timings second = bench.say(text, !withFirst);
          GenerationResult.Timings with = withFirst ? first : second;
          GenerationResult.Timings without = withFirst ? second : first;
          System.out.printf(
              "%s %s %s %d %d%n",
              text.name(),
              without.decodeTokensPerSecond(),
              with.decodeTokensPerSecond(),
              with.drafted(),
              with.accepted());
        }
      }
    }
  }

  private GenerationResult.Timings say(Given text, boolean speculation) {
    given = text;
    SamplingChoice greedy =
        new SamplingChoice(
            OptionalDouble.of(0),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Map.of(),
            OptionalLong.of(1));
    GenerationRules rules =
        new GenerationRules(
            OptionalInt.of(text.answer().length),
            greedy,
            List.of(),
            new Sharing.Nobody(),
            speculation,
            Optional.empty(),
            OptionalInt.empty(),
            Claim.APP);
    GenerationResult said =
        model
            .lease()
            .handOver(lease -> new AwaitedGeneration(lease, text.prompt(), rules))
            .await(_ -> true);
    if (!Arrays.equals(said.tokens(), text.answer())) {
      throw new IllegalStateException("the model said something else than " + text.name());
    }
    return said.timings();
  }

  /** A model, but for what it says: the given text, at {@code right} of 100 positions. */
  private LanguageModel saying(LanguageModel real, int right) {
    return (LanguageModel)
        Proxy.newProxyInstance(
            LanguageModel.class.getClassLoader(),
            new Class<?>[] {LanguageModel.class},
            (_, method, args) -> {
              try {
                Object result = method.invoke(real, args);
                if (method.getName().equals("forward")) {
                  prefer((Batch) args[0], (float[]) args[1], real.vocabularySize(), right);
                }
                return result;
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  private void prefer(Batch batch, float[] logits, int vocabulary, int right) {
    int at = 0;
    for (Batch.Slice slice : batch.slices()) {
      int first = slice.position() + slice.count() - slice.wanted();
      for (int row = 0; row < slice.wanted(); row++) {
        int token = given.after(first + row);
        if (token >= 0) {
          // Strewn by a multiplicative hash, since texts are wrong here and there.
          boolean knows = ((first + row) * 0x9E3779B1 >>> 16) % 100 < right;
          logits[at + (knows ? token : (token + 1) % vocabulary)] = Float.MAX_VALUE;
        }
        at += vocabulary;
      }
    }
  }
}
