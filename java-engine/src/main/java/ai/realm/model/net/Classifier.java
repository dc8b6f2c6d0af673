package ai.realm.model.net;

import java.util.Optional;

/**
 * The head of a model that judges how well a document answers a query, of the pooled state {@code
 * x} of both: {@code logits = output(tanh(dense(x)))}, as BERT classifies (Devlin et al. 2018).
 *
 * @param dense {@code cls.weight (width, width)}; none in Qwen 3, whose logits are {@code
 *     output(x)}
 * @param output {@code cls.output.weight (labels, width)}, of one label or two
 * @param relevant the label that says yes
 */
public record Classifier(Optional<Linear> dense, Linear output, int relevant) {

  /**
   * The probability that the document is relevant, from 0 to 1.
   *
   * @param logits of the labels: the sigmoid of a single one, the softmax of two
   */
  public double score(float[] logits) {
    double margin = logits.length == 1 ? logits[0] : logits[relevant] - logits[1 - relevant];
    return 1 / (1 + Math.exp(-margin));
  }
}
