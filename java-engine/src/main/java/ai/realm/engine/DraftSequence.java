package ai.realm.engine;

import ai.realm.kernels.KvLayer;
import ai.realm.kernels.Rows;
import ai.realm.model.Batch;
import ai.realm.model.LanguageModel;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.Sharing;
import java.util.Optional;

/**
 * What a draft model has computed of a text, which it follows: what the text turned out not to hold
 * is cut off. A model that cannot forget single tokens, as its layers have states or windows, makes
 * guesses on a fork, which is given up with them. Used by one thread at a time.
 */
final class DraftSequence implements DraftRows {
  private final LanguageModel model;
  private final int capacity;
  private final Sharing sharing;

  /** Holds tokens of the text, and maybe guesses behind them. */
  private Optional<Sequence> kept = Optional.empty();

  /** Goes on from there with guesses, where these cannot be cut off. */
  private Optional<Sequence> trial = Optional.empty();

  /** Tokens at the start that are known to be those of the text. */
  private int agreed;

  /** An empty one of at most {@code capacity} tokens, at least 1. */
  DraftSequence(LanguageModel model, int capacity, Sharing sharing) {
    this.model = model;
    this.capacity = capacity;
    this.sharing = sharing;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  /** Another of the same tokens, without a copy, while none goes on. */
  DraftSequence fork() {
    DraftSequence fork = new DraftSequence(model, capacity, sharing);
    kept.ifPresent(sequence -> {
      sequence.wake();
      Sequence copy = sequence.fork();
      sequence.rest();
      copy.rest();
      fork.kept = Optional.of(copy);
    });
    return fork;
  }

  /** Keeps what it has of these tokens, or takes it over from others. */
  @Override
  public int follow(int[] tokens, int length, int prompt) {
    dropTrial();
    if (kept.isEmpty()) {
      kept = Optional.of(model.newSequence(capacity, sharing));
    }
    Sequence sequence = kept.get();
    sequence.wake();
    int most = Math.min(length - 1, sequence.length());
    int alike = Math.min(agreed, most);
    while (alike < most && sequence.token(alike) == tokens[alike]) {
      alike++;
    }
    cut(sequence, alike);
    int held = sequence.length();
    int end = Math.min(prompt, length - 1);
    if (end - held >= KvLayer.PAGE) {
      sequence.resume(tokens, held, end - held, Rows.TOGETHER);
    }
    agreed = sequence.length();
    return length - agreed;
  }

  /** What is lost for that, as windows and states are, is forgotten with the rest. */
  private static void cut(Sequence sequence, int length) {
    if (length < sequence.known()) {
      sequence.cut(length);
      if (sequence.length() < length) {
        sequence.cut(sequence.length());
      }
    }
  }

  @Override
  public boolean addPrompt(Batch step, int[] tokens, int count) {
    Sequence sequence = kept.orElseThrow();
    int from = sequence.length();
    if (!sequence.tryReserve(from, count, Rows.TOGETHER)) {
      return false;
    }
    step.prompt(sequence, tokens, from, count, false);
    return true;
  }

  @Override
  public boolean addText(Batch step, int[] tokens, int count) {
    Sequence sequence = kept.orElseThrow();
    return add(step, sequence, tokens, sequence.length(), count);
  }

  @Override
  public boolean addGuess(Batch step, int[] guesses, int index) {
    if (trial.isEmpty() && !model.pages().shape().isCutAnywhere()) {
      trial = Optional.of(kept.orElseThrow().fork());
    }
    return add(step, trial.or(() -> kept).orElseThrow(), guesses, index, 1);
  }

  private static boolean add(Batch step, Sequence sequence, int[] tokens, int from, int count) {
    if (!sequence.tryReserve(sequence.length(), count, Rows.EACH)) {
      return false;
    }
    step.text(sequence, tokens, from, count, 1);
    return true;
  }

  /** Its text goes on later, maybe with other tokens: others may have its pages until then. */
  void rest() {
    dropTrial();
    agreed = 0;
    kept.ifPresent(Sequence::rest);
  }

  private void dropTrial() {
    trial.ifPresent(Sequence::close);
    trial = Optional.empty();
  }

  /** Gives all pages back; a second call does nothing, and it may be used again. */
  @Override
  public void close() {
    dropTrial();
    agreed = 0;
    kept.ifPresent(Sequence::wake);
    kept.ifPresent(Sequence::close);
    kept = Optional.empty();
  }
}
