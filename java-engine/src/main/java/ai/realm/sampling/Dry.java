package ai.realm.sampling;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * "Don't repeat yourself" (p-e-w, 2024): a token that would go on with a repetition loses {@code
 * multiplier * base^(n - allowedLength)} of its logit, where the last n tokens stood before it
 * earlier, too.
 *
 * @param multiplier how strong; 0 is not at all; 0 to 100
 * @param base by how much each token more makes it stronger; 1 to 100
 * @param allowedLength repetitions that are shorter are free; 0 or more
 * @param lastN how many of the latest tokens are looked at; 0 is none, -1 all
 * @param breakers texts over which no repetition reaches, such as a newline; each of 1 to 40 bytes
 *     in UTF-8
 */
public record Dry(
    double multiplier, double base, int allowedLength, int lastN, List<String> breakers) {
  /** As its author recommends, and as llama.cpp has it. */
  public static final Dry DEFAULTS = new Dry(0.8, 1.75, 2, -1, List.of("\n", ":", "\"", "*"));

  /** As llama.cpp has it, which cuts longer ones. */
  private static final int LONGEST_BREAKER = 40;

  /** Each costs a look at every token of the vocabulary. */
  private static final int MOST_BREAKERS = 32;

  /** Checks all ranges. */
  public Dry {
    Ranges.check("dry.multiplier", multiplier, 0, 100);
    Ranges.check("dry.base", base, 1, 100);
    Ranges.check("dry.allowedLength", allowedLength, allowedLength >= 0, "0 or more");
    Ranges.check("dry.lastN", lastN, lastN >= -1, "-1 or more");
    breakers = List.copyOf(breakers);
    Ranges.check(
        "dry.breakers",
        breakers.size() + " texts",
        breakers.size() <= MOST_BREAKERS,
        "at most " + MOST_BREAKERS);
    for (String breaker : breakers) {
      int bytes = breaker.getBytes(StandardCharsets.UTF_8).length;
      Ranges.check(
          "a text of dry.breakers",
          "of " + bytes + " bytes",
          bytes > 0 && bytes <= LONGEST_BREAKER,
          "of 1 to " + LONGEST_BREAKER + " bytes in UTF-8");
    }
  }

  /** Whether it does anything. */
  boolean isOn() {
    return multiplier > 0 && lastN != 0;
  }
}
