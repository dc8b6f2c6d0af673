package ai.realm.bench;

import ai.realm.GenerateOptions;
import ai.realm.LoadOptions;
import ai.realm.Model;
import ai.realm.Realm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * Makes texts in a Java program and prints what a token takes, in microseconds: the median of the
 * texts. Arguments: the GGUF file; the token that is the prompt and every token of the texts; the
 * tokens of a text; the threads that compute; the texts to measure; and for how many milliseconds
 * others are made before. {@code js-bindings/bench/addon/measureTokens.js} does the same in Node.
 */
public final class TokenBench {
  private final Model model;
  private final int[] prompt;
  private final GenerateOptions options;
  private final int tokens;

  private TokenBench(Model model, int token, int tokens) {
    this.model = model;
    this.prompt = new int[] {token};
    this.options =
        new GenerateOptions()
            .temperature(0)
            .maxTokens(tokens)
            .logitBias(Map.of(token, 100f))
            .speculation(false); // Always the same token would be guessed.
    this.tokens = tokens;
  }

  /** Runs it. */
  public static void main(String[] args) {
    int[] numbers = Arrays.stream(args).skip(1).mapToInt(Integer::parseInt).toArray();
    int tokens = numbers[1];
    LoadOptions load = new LoadOptions().threads(numbers[2]).contextLength(tokens + 1);
    try (Model model = Realm.loadModel(Path.of(args[0]), load)) {
      TokenBench bench = new TokenBench(model, numbers[0], tokens);
      long warm = System.nanoTime() + Duration.ofMillis(numbers[4]).toNanos();
      while (System.nanoTime() < warm) {
        bench.timeText();
      }
      double[] times = new double[numbers[3]];
      Arrays.setAll(times, _ -> bench.timeText());
      Arrays.sort(times);
      System.out.println((times[(times.length - 1) / 2] + times[times.length / 2]) / 2);
    }
  }

  /** The microseconds that a token of a text took. */
  private double timeText() {
    int[] characters = {0};
    long start = System.nanoTime();
    int made =
        model.generate(prompt, options, piece -> characters[0] += piece.length()).tokens().length;
    double us = (System.nanoTime() - start) / 1e3;
    if (made != tokens || characters[0] == 0) {
      throw new IllegalStateException(
          "a text has " + made + " tokens, " + characters[0] + " characters; expected " + tokens);
    }
    return us / tokens;
  }
}
