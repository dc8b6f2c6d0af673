package ai.realm.engine;

import ai.realm.model.Batch;
import ai.realm.model.Cancellation;
import ai.realm.model.LanguageModel;
import ai.realm.model.TextEncoder;
import ai.realm.model.cache.Sharing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A smaller model with the same tokens, or a head of the model itself, which guesses how the texts
 * of a model go on. Before a step of that, on its thread, it makes steps of its own, each of which
 * gives one more guess of every text for which that is worth the time ({@link Stake}). What it has
 * not computed of a text, as its prompt, it computes in parts before its first guess. What it
 * throws fails the texts that take part.
 */
public final class DraftModel implements AutoCloseable {
  /**
   * Rows of prompts in a step at most; with others in it, only as many as make it little longer.
   */
  private static final int PROMPT_ROWS = 128;

  private static final int LEAST_PROMPT_ROWS = 8;

  /** Guesses of a head in a step at most: it was trained to guess one, or a few. */
  static final int MOST_OF_HEAD = 4;

  /** What each step of prompts counts less than the one after it. */
  private static final double MEMORY = 0.9;

  private final Guesser by;
  private final LanguageModel model;
  private final Set<Integer> ends;
  private final int most;
  private final LongSupplier clock;

  /** What it takes to make guesses. */
  private final RowCost cost = new RowCost();

  /** What a row of a prompt takes, in ns; 0 before there was one. */
  private double promptRow;

  private final DraftOdds odds = DraftOdds.first();
  private float[] results = {};

  /**
   * Takes over a model and its file.
   *
   * @param of that of the model whose texts it guesses, which has the same tokens
   * @param most guesses of a text in a step, 1 to 15
   * @param clock of nanoseconds
   */
  public DraftModel(
      ModelFile of, ModelFile file, LanguageModel model, int most, LongSupplier clock) {
    this(of, new Guesser.Smaller(file, model), most, clock);
  }

  private DraftModel(ModelFile of, Guesser by, int most, LongSupplier clock) {
    this.by = by;
    this.model = by.model();
    this.ends = of.tokenizer().endOfGeneration();
    this.most = most;
    this.clock = clock;
  }

  /** The head of a model, where it has one. */
  static Optional<DraftModel> ofHead(ModelFile of, TextEncoder model, LongSupplier clock) {
    return model instanceof LanguageModel trunk
        ? trunk
            .guessing()
            .map(head -> new DraftModel(of, new Guesser.Head(trunk, head), MOST_OF_HEAD, clock))
        : Optional.empty();
  }

  /** The weights and the forward pass of a smaller model; none of a head. */
  Optional<LanguageModel> smaller() {
    return by instanceof Guesser.Smaller ? Optional.of(model) : Optional.empty();
  }

  /** What a smaller model has computed of a text: nothing yet. A head needs no sequence. */
  Optional<DraftSequence> newSequence(int capacity, Sharing sharing) {
    return smaller()
        .map(own -> new DraftSequence(own, Math.min(capacity, own.trainedContext()), sharing));
  }

  /** Guesses of a text in a step at most. */
  int most() {
    return most;
  }

  /** Whether a token is among those that end the texts. */
  boolean ends(int token) {
    return ends.contains(token);
  }

  /** How often its guesses hold, of all texts. */
  DraftOdds odds() {
    return odds;
  }

  /** Whether tokens are all among its own: a model may have more, which have no use. */
  boolean knows(int[] tokens, int from, int length) {
    int at = from;
    while (at < length && tokens[at] < model.vocabularySize()) {
      at++;
    }
    return at == length;
  }

  /**
   * Makes guesses for a step.
   *
   * @param asking texts of which guesses are wanted, the oldest first
   * @param stake takes the guesses into the step
   * @param of what steps of the model take
   * @param decoding texts in the step, these among them
   * @param cancellation asked between two layers
   */
  void guess(
      List<DraftText> asking, Stake stake, RowCost of, int decoding, Cancellation cancellation) {
    double step = of.oneRow();
    boolean trial = of.wantsTrial(decoding);
    if (!catchUp(asking, stake, step, decoding > 1, trial, cancellation)) {
      return;
    }
    List<DraftText> texts = new ArrayList<>(asking);
    texts.removeIf(DraftText::isBehind);
    List<DraftText> back = texts.stream().filter(DraftText::isBack).toList();
    if (!back.isEmpty()) {
      tryOne(back, stake, step, cancellation);
      return;
    }
    texts.removeIf(text -> !trial && loses(text, stake, step));
    if (trial) {
      tryOne(texts, stake, step, cancellation);
      return;
    }
    while (!texts.isEmpty()) {
      texts.sort(Comparator.comparingDouble(DraftText::nextChance).reversed());
      double[] chances = texts.stream().mapToDouble(DraftText::nextChance).toArray();
      List<DraftText> sorted = texts;
      int count = stake.worth(chances, first -> making(sorted.subList(0, first), step));
      List<DraftText> round = new ArrayList<>(texts.subList(0, count));
      if (round.isEmpty() || !run(round, cancellation)) {
        return;
      }
      stake.made(round.size(), making(round, step));
      texts = new ArrayList<>();
      for (DraftText text : round) {
        if (text.hasEnded()) {
          continue;
        }
        if (!stake.takes(text.madeChance())) {
          text.drop();
        } else if (text.goesOn()) {
          texts.add(text);
        }
      }
    }
  }

  /** One guess of one text shows what a row of the model takes, and one of the draft. */
  private void tryOne(List<DraftText> texts, Stake stake, double step, Cancellation cancellation) {
    List<DraftText> first = new ArrayList<>(texts.subList(0, Math.min(1, texts.size())));
    double making = making(first, step);
    if (run(first, cancellation) && !first.isEmpty() && !first.getFirst().hasEnded()) {
      stake.made(1, making);
      stake.tries(first.getFirst().madeChance());
    }
  }

  /** What the next guesses of these take to make, in steps of one row. */
  private double making(List<DraftText> texts, double step) {
    return step == 0 ? 0 : cost.time(texts.stream().mapToInt(DraftText::rows).sum()) / step;
  }

  /** Whether a guess of a text were not worth it if it were the only one; then it pauses. */
  private boolean loses(DraftText text, Stake stake, double step) {
    boolean loses = !stake.pays(text.nextChance(), making(List.of(text), step));
    if (loses) {
      text.pause();
    }
    return loses;
  }

  /** Takes the next guess of each through the model; false if cancelled. */
  private boolean run(List<DraftText> round, Cancellation cancellation) {
    Batch step = new Batch();
    for (Iterator<DraftText> each = round.iterator(); each.hasNext(); ) {
      DraftText text = each.next();
      if (!text.add(step)) {
        text.giveBack();
        each.remove();
      }
    }
    if (round.isEmpty()) {
      return true;
    }
    int vocabulary = model.vocabularySize();
    if (results.length < step.logits() * vocabulary) {
      results = new float[Math.multiplyExact(step.logits(), vocabulary)];
    }
    long begun = clock.getAsLong();
    if (!by.forward(step, results, cancellation)) {
      return false;
    }
    model.each(round.size(), i -> round.get(i).guess(results, i * vocabulary, vocabulary));
    cost.note(step.rows(), clock.getAsLong() - begun);
    return true;
  }

  /** Takes a part of what texts are behind through the model; false if cancelled. */
  private boolean catchUp(
      List<DraftText> texts,
      Stake stake,
      double step,
      boolean others,
      boolean trial,
      Cancellation cancellation) {
    int room = PROMPT_ROWS;
    if (others && promptRow > 0) {
      room = (int) Math.clamp(RowCost.OTHERS_WAIT * step / promptRow, LEAST_PROMPT_ROWS, room);
    }
    Batch batch = new Batch();
    for (DraftText text : texts) {
      if (!text.isBehind() || room == 0) {
        continue;
      }
      boolean pays = text.left() * saving(stake, step) * step >= text.rowsBehind() * promptRow;
      boolean retries = text.isBack() && text.rowsBehind() <= DraftText.MOST_PAUSE;
      if (!trial && !retries && !pays) {
        text.pause();
        continue;
      }
      int rows = text.catchUp(batch, room);
      if (rows < 0) {
        text.giveBack();
      } else {
        room -= rows;
      }
    }
    if (batch.rows() == 0) {
      return true;
    }
    long begun = clock.getAsLong();
    if (!by.forward(batch, results, cancellation)) {
      return false;
    }
    double row = (double) (clock.getAsLong() - begun) / batch.rows();
    promptRow = promptRow == 0 ? row : MEMORY * promptRow + (1 - MEMORY) * row;
    return true;
  }

  /** What guesses may save of a token's time, in steps of one row. */
  private double saving(Stake stake, double step) {
    return stake.saving(odds.any(), step == 0 ? 0 : cost.time(1) / step, most);
  }

  /** Frees it; its sequences have been closed. */
  @Override
  public void close() {
    by.close();
  }
}
