package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.FreeMemory;
import ai.realm.kernels.Overcommit;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.LanguageModel;
import ai.realm.model.MemoryPlan;
import ai.realm.model.Models;
import ai.realm.model.TextEncoder;
import ai.realm.model.cache.CacheOptions;
import ai.realm.tokenizer.VocabularyComparison;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * A smaller model that is to guess how the texts of another go on, before it is loaded.
 *
 * @param file its metadata and tokenizer, which close with the model
 * @param most guesses of a text in a step, 1 to {@link #MOST}
 */
public record DraftFile(ModelFile file, int most) {
  /** Guesses of a text in a step at most: with the row before them, as many as go together. */
  public static final int MOST = Speculation.MOST_ROWS - 1;

  /**
   * How the room for keys and values is shared out: so that both hold as many tokens.
   *
   * @param model that of the model itself
   * @param draft that of the draft
   */
  record Rooms(CacheOptions model, CacheOptions draft) {}

  /**
   * Checks that it can guess for a model, and shares out the room for both.
   *
   * @param context tokens of a text; empty for what the model was trained for
   * @param overcommit whether both may need more memory than is free
   * @throws EngineException {@code DRAFT_MISMATCH} if it has other tokens, {@code
   *     UNSUPPORTED_OPERATION} if one of both makes no text, {@code OUT_OF_MEMORY} with the figures
   */
  Rooms fit(ModelFile model, OptionalInt context, CacheOptions cache, Overcommit overcommit) {
    Optional<String> difference =
        VocabularyComparison.difference(model.metadata(), file.metadata());
    if (difference.isPresent()) {
      throw new EngineException(
          ErrorCode.DRAFT_MISMATCH,
          ("draft: %s has other tokens than %s: %s; they must be the same: take a smaller"
                  + " model of the same family")
              .formatted(file.name(), model.name(), difference.get()));
    }
    MemoryPlan plan = plan(model);
    MemoryPlan smaller = named(() -> plan(file));
    if (overcommit == Overcommit.REFUSED) {
      FreeMemory.now().ifPresent(free -> plan.with(smaller).requireRoom(cache.format(), free));
    }
    long bytes = bytes(plan, context, cache);
    long all = bytes + bytes(smaller, context, cache);
    return new Rooms(cache.part(bytes, all), cache.part(all - bytes, all));
  }

  /**
   * Opens one.
   *
   * @param file opens its file
   * @throws EngineException as that does, with a message that says that it is the draft
   */
  public static DraftFile open(Supplier<ModelFile> file, int most) {
    return new DraftFile(named(file), most);
  }

  private static <T> T named(Supplier<T> of) {
    try {
      return of.get();
    } catch (EngineException failure) {
      throw new EngineException(failure.code(), "draft: " + failure.getMessage(), failure);
    }
  }

  private static MemoryPlan plan(ModelFile of) {
    MemoryPlan plan = MemoryPlan.of(of.gguf());
    if (plan.isEncoder()) {
      throw new EngineException(
          ErrorCode.UNSUPPORTED_OPERATION,
          "%s is an encoder, which makes no text: a draft and its model are language models"
              .formatted(of.name()));
    }
    return plan;
  }

  private static long bytes(MemoryPlan plan, OptionalInt context, CacheOptions cache) {
    int tokens = Math.min(context.orElse(plan.trainedContext()), plan.trainedContext());
    return plan.cacheBytes(cache.format(), Math.max(1, tokens), 1);
  }

  /**
   * Loads its weights; the file is still the caller's if that fails.
   *
   * @param of the model whose texts it guesses
   * @param threads that this has, too
   * @throws EngineException as {@link Models#open}
   */
  DraftModel load(
      ModelFile of,
      OptionalInt context,
      WorkerPool threads,
      CacheOptions cache,
      Overcommit overcommit) {
    TextEncoder encoder =
        named(() -> Models.open(file.gguf(), context, threads, cache, overcommit));
    return new DraftModel(of, file, (LanguageModel) encoder, most, System::nanoTime);
  }
}
