package ai.realm.constraint.regex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bounds and steps of numbers, held to the arithmetic of {@link BigDecimal}. */
final class NumberTextsTest {
  private final Regexes all = new Regexes();
  private final NumberTexts numbers = new NumberTexts(all);

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "1", "-1", "9", "10", "99.5", "-0.25", "0.05", "100", "-1000", "12.34"})
  void boundsAdmitWhatIsWithinThem(String text) {
    BigDecimal bound = new BigDecimal(text);
    Regex least = numbers.atLeast(bound, false);
    Regex above = numbers.atLeast(bound, true);
    Regex most = numbers.atMost(bound, false);
    Regex below = numbers.atMost(bound, true);
    Random random = new Random(3);
    for (int i = 0; i < 3000; i++) {
      BigDecimal value = near(bound, random);
      String written = value.toPlainString();
      int order = value.compareTo(bound);
      assertEquals(order >= 0, least.matches(written), written + " >= " + text);
      assertEquals(order > 0, above.matches(written), written + " > " + text);
      assertEquals(order <= 0, most.matches(written), written + " <= " + text);
      assertEquals(order < 0, below.matches(written), written + " < " + text);
    }
  }

  private static BigDecimal near(BigDecimal bound, Random random) {
    int scale = random.nextInt(4);
    BigDecimal step = BigDecimal.valueOf(random.nextInt(21) - 10, scale);
    return switch (random.nextInt(3)) {
      case 0 -> bound.add(step);
      case 1 -> BigDecimal.valueOf(random.nextInt(4001) - 2000, scale);
      default -> step;
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "7", "10", "0.5", "0.01", "2.5", "0.3", "1000"})
  void multiplesAreThoseOfTheStep(String text) {
    BigDecimal step = new BigDecimal(text);
    Regex multiples = numbers.multipleOf(step);
    Random random = new Random(5);
    for (int i = 0; i < 3000; i++) {
      BigDecimal value = BigDecimal.valueOf(random.nextInt(20_001) - 10_000, random.nextInt(4));
      boolean expected = value.remainder(step).signum() == 0;
      assertEquals(expected, multiples.matches(value.toPlainString()), value + " of " + text);
    }
  }

  @Test
  void aNumberIsWrittenAsJavaScriptWritesIt() {
    String[][] cases = {
      {"1", "1"},
      {"-2.50", "-2.5"},
      {"1e21", "1e+21"},
      {"1.5e-9", "1.5e-9"},
      {"0", "0"},
      {"100000000000000000000", "100000000000000000000"},
      {"0.000001", "0.000001"},
    };
    for (String[] c : cases) {
      assertTrue(numbers.exactly(new BigDecimal(c[0])).matches(c[1]), c[0]);
    }
  }

  @Test
  void anyNumberIsWithinADouble() {
    Regex any = numbers.any();
    for (String text : new String[] {"0", "-0", "1e308", "1.6e308", "-1.25E-3", "123456789"}) {
      assertTrue(any.matches(text), text);
    }
    for (String text : new String[] {"01", "1.", ".5", "+1", "2e308", "1e400", "", "-", "1e"}) {
      assertEquals(false, any.matches(text), text);
    }
  }
}
