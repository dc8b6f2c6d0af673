package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.Batch;
import ai.realm.sampling.Sampler;

/**
 * The guesses that a draft model, or a head, makes of one text. They are drawn as the text's tokens
 * are, with the random numbers that these will be drawn with: the nearer the draft is to the model,
 * the more often both draw the same. How often that is, by how sure the draft was, each text shows
 * by itself. Where it loses, it pauses, and then tries again.
 */
final class DraftText implements Drafter {
  /** Tokens behind which it is not tried again at first, and at most. */
  private static final int FIRST_PAUSE = 16;

  static final int MOST_PAUSE = 512;

  /** Tokens of a text that go through the draft as a prompt's where they are more. */
  private static final int FEW = 8;

  private final DraftModel model;
  private final DraftRows rows;
  private final Sampler sampler;
  private final Draw draw;
  private final int promptLength;
  private DraftOdds odds;

  /** The text as it is before this step. */
  private int[] tokens = {};

  private int length;

  /** Guesses that it may have, and tokens that may come. */
  private int most;

  private int left;

  /** Tokens of the text that the draft has not computed. */
  private int behind;

  /** The guesses that were made behind {@link #length} tokens, and how sure the draft was. */
  private final int[] guesses = new int[Speculation.MOST_ROWS];

  private final double[] confidences = new double[Speculation.MOST_ROWS];
  private int made;

  /** Those of them that the step takes: all, or all but the last. */
  private int taken;

  /** How probable it is that all of them hold. */
  private double chance;

  /** Draws them. */
  private Sampler aheadSampler;

  private Draw ahead;
  private boolean hasEnded;

  private int pausedUntil;

  /** Whether it has paused, and not guessed since. */
  private boolean isBack;

  private int pause = FIRST_PAUSE;

  /**
   * Of a text whose tokens these draw.
   *
   * @param rows what the draft has of it
   * @param promptLength tokens before the text
   */
  DraftText(DraftModel model, DraftRows rows, Sampler sampler, Draw draw, int promptLength) {
    this.model = model;
    this.rows = rows;
    this.sampler = sampler;
    this.draw = draw;
    this.promptLength = promptLength;
    this.odds = model.odds().copy();
  }

  /**
   * Tells what guesses are wanted of.
   *
   * @param now the tokens until {@code nowLength}
   * @param room guesses that there may be
   * @param coming tokens that may come
   * @return whether there may be some: it neither pauses nor has them already
   */
  boolean ask(int[] now, int nowLength, int room, int coming) {
    boolean again = made > 0 && nowLength == length; // The step that they were for was not taken.
    tokens = now;
    length = nowLength;
    most = Math.min(room, Math.min(model.most(), rows.capacity() - nowLength));
    left = coming;
    if (again || nowLength < pausedUntil || most < 1) {
      return false;
    }
    made = 0;
    taken = 0;
    chance = 1;
    hasEnded = false;
    behind = rows.follow(now, nowLength, promptLength);
    if (behind == 0) {
      return false;
    }
    if (!model.knows(now, nowLength - behind, nowLength)) {
      pausedUntil = Integer.MAX_VALUE;
      return false;
    }
    aheadSampler = sampler.ahead();
    ahead = draw.ahead(aheadSampler);
    return true;
  }

  /** Whether it comes back from a pause: what guesses cost may have changed meanwhile. */
  boolean isBack() {
    return isBack;
  }

  /** Whether more than a few tokens are to be computed before it can guess. */
  boolean isBehind() {
    return behind > FEW;
  }

  /** Tokens that are, as a prompt's, to be computed. */
  int rowsBehind() {
    return behind - 1;
  }

  /** Tokens that may still come. */
  int left() {
    return left;
  }

  /** Adds at most {@code room} of those that it is behind; returns how many, -1 for no pages. */
  int catchUp(Batch step, int room) {
    int count = Math.min(room, behind - 1);
    if (!rows.addPrompt(step, tokens, count)) {
      return -1;
    }
    behind -= count;
    return count;
  }

  /** Rows that the next guess takes. */
  int rows() {
    return made == 0 ? behind : 1;
  }

  /** Adds them; false where the cache has no pages for them. */
  boolean add(Batch step) {
    return made == 0 ? rows.addText(step, tokens, behind) : rows.addGuess(step, guesses, made - 1);
  }

  /** The chance that the next guess holds, and all before it, as far as it is known before. */
  double nextChance() {
    return chance * odds.any();
  }

  /** The chance that all guesses hold. */
  double madeChance() {
    return chance;
  }

  /** Whether nothing is to be guessed behind what was; then no guess was added at last. */
  boolean hasEnded() {
    return hasEnded;
  }

  /** Whether there may be one more guess. */
  boolean goesOn() {
    return made < most;
  }

  /** Takes the next guess, by the logits of its rows. */
  void guess(float[] logits, int at, int vocabulary) {
    isBack = false;
    int token;
    try {
      token = ahead.draw(logits, at, vocabulary);
    } catch (EngineException none) {
      if (none.code() == ErrorCode.INTERNAL) {
        throw none;
      }
      hasEnded = true; // Nothing can be drawn behind guesses, of which some may be wrong.
      return;
    }
    hasEnded = ahead.hasEnded() || model.ends(token);
    if (hasEnded) {
      return; // Nothing follows it, so its row would give nothing.
    }
    double confidence = aheadSampler.confidence(logits, at, vocabulary, token);
    aheadSampler.accept(token);
    guesses[made] = token;
    confidences[made++] = confidence;
    taken = made;
    chance *= odds.of(confidence);
  }

  /** The last guess is not worth its row; whether it holds, is seen all the same. */
  void drop() {
    taken--;
  }

  /** It loses for now: it is tried again later, with another mind. */
  void pause() {
    pausedUntil = length + pause;
    isBack = true;
    pause = Math.min(2 * pause, MOST_PAUSE);
    odds = DraftOdds.first();
    made = 0;
    taken = 0;
  }

  /** The draft's cache has no room for it: others have it. */
  void giveBack() {
    rows.close();
    pause();
  }

  @Override
  public void grown(int[] now, int from, int nowLength) {
    boolean holds = from == length;
    for (int i = 0; holds && i < made && from + i < nowLength; i++) {
      holds = now[from + i] == guesses[i];
      odds.note(confidences[i], holds);
      model.odds().note(confidences[i], holds);
      pause = holds ? FIRST_PAUSE : pause;
    }
  }

  /** That of a first guess, before it is made. */
  @Override
  public double chance() {
    return odds.any();
  }

  @Override
  public int draft(int[] now, int nowLength, int room, Stake stake) {
    if (nowLength != length) {
      return 0;
    }
    int count = Math.min(taken, room);
    System.arraycopy(guesses, 0, now, nowLength, count);
    return count;
  }
}
