package ai.realm.engine;

import ai.realm.sampling.ModelDistribution;
import ai.realm.sampling.Ranking.TopTokens;
import ai.realm.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * What the model thought of the tokens of a text. Each goes with the piece of the text in which it
 * begins, so that one that begins behind the end of a text that a stop string cut is left out.
 */
final class TextLogprobs {
  /**
   * @param start UTF-16 units of the text before it
   */
  private record Place(TokenLogprob token, int start) {}

  private final Tokenizer tokenizer;
  private final ModelDistribution distribution;

  /** Those that a step drew, of which some may not join the text. */
  private final Queue<TokenLogprob> drawn = new ArrayDeque<>();

  private final Queue<Place> waiting = new ArrayDeque<>();
  private final List<TokenLogprob> given = new ArrayList<>();

  /** With so many of the most probable tokens at each place. */
  TextLogprobs(Tokenizer tokenizer, int top) {
    this.tokenizer = tokenizer;
    this.distribution = new ModelDistribution(top);
  }

  /** A step begins; what an earlier one drew in vain is forgotten. */
  void begin() {
    drawn.clear();
  }

  /** Looks at a row of logits before anything changes it. */
  void see(float[] logits, int at, int count) {
    distribution.keep(logits, at, count);
  }

  /** Notes the token that was drawn from the row. */
  void drew(int token) {
    TopTokens top = distribution.top();
    List<TokenLogprob> others = new ArrayList<>(top.ids().length);
    for (int i = 0; i < top.ids().length; i++) {
      others.add(entry(top.ids()[i], top.logProbabilities()[i], List.of()));
    }
    drawn.add(entry(token, distribution.logProbability(token), others));
  }

  private TokenLogprob entry(int id, double logProbability, List<TokenLogprob> top) {
    byte[] bytes = tokenizer.bytes(id);
    String text = new String(bytes, StandardCharsets.UTF_8);
    return new TokenLogprob(text, id, logProbability, bytes, top);
  }

  /** The next of those drawn joins the text, which has so many UTF-16 units before it. */
  void join(int start) {
    waiting.add(new Place(drawn.remove(), start));
  }

  /** Those that begin within the first {@code length} UTF-16 units, and were not given yet. */
  List<TokenLogprob> within(int length) {
    List<TokenLogprob> next = new ArrayList<>();
    while (!waiting.isEmpty() && waiting.element().start() < length) {
      next.add(waiting.remove().token());
    }
    given.addAll(next);
    return next;
  }

  /** All that were not given yet. */
  List<TokenLogprob> rest() {
    return within(Integer.MAX_VALUE);
  }

  /** Those that were given. */
  List<TokenLogprob> given() {
    return List.copyOf(given);
  }
}
