package ai.realm.sampling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sampling rules written as plainly as they can be: whole lists, whole sorts, one after the
 * other.
 */
final class ReferenceSampler {
  private ReferenceSampler() {}

  private record Token(int id, double logit) {}

  /** The probability of each token that may be drawn, the most probable first. */
  static Map<Integer, Double> probabilities(
      float[] logits, List<Integer> history, SamplingOptions options) {
    List<Token> tokens = new ArrayList<>();
    List<Integer> recent = history.subList(Math.max(0, history.size() - 64), history.size());
    for (int id = 0; id < logits.length; id++) {
      int token = id;
      float biased = logits[id] + options.logitBias().getOrDefault(id, 0f);
      double logit = biased;
      long count = recent.stream().filter(seen -> seen == token).count();
      if (count > 0) {
        logit = logit > 0 ? logit / options.repeatPenalty() : logit * options.repeatPenalty();
        logit -= count * options.frequencyPenalty();
        logit -= options.presencePenalty();
      }
      if (logit > Double.NEGATIVE_INFINITY) {
        tokens.add(new Token(id, (float) logit));
      }
    }
    tokens.sort(
        Comparator.comparingDouble((Token token) -> -token.logit).thenComparingInt(Token::id));
    if (options.temperature() == 0) {
      return Map.of(tokens.getFirst().id, 1.0);
    }
    if (options.topK() > 0) {
      tokens = tokens.subList(0, Math.min(options.topK(), tokens.size()));
    }
    tokens = nucleus(tokens, options.topP());
    double most = softmax(tokens, 1).getFirst();
    List<Double> probabilities = softmax(tokens, 1);
    List<Token> kept = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (probabilities.get(i) >= options.minP() * most * (1 - 1e-12)) {
        kept.add(tokens.get(i));
      }
    }
    Map<Integer, Double> result = new LinkedHashMap<>();
    List<Double> last = softmax(kept, options.temperature());
    for (int i = 0; i < kept.size(); i++) {
      result.put(kept.get(i).id, last.get(i));
    }
    return result;
  }

  private static List<Token> nucleus(List<Token> tokens, double p) {
    if (p == 1) {
      return tokens;
    }
    List<Double> probabilities = softmax(tokens, 1);
    double sum = 0;
    int count = 0;
    while (count < tokens.size() && sum < p) {
      sum += probabilities.get(count++);
    }
    return tokens.subList(0, count);
  }

  private static List<Double> softmax(List<Token> tokens, double temperature) {
    double largest = tokens.getFirst().logit;
    double total = 0;
    for (Token token : tokens) {
      total += Math.exp((token.logit - largest) / temperature);
    }
    List<Double> probabilities = new ArrayList<>();
    for (Token token : tokens) {
      probabilities.add(Math.exp((token.logit - largest) / temperature) / total);
    }
    return probabilities;
  }
}
