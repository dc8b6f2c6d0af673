package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionSharesTest {
  @ParameterizedTest
  @CsvSource({"3, 1, 1", "3, 3, 1", "4, 2, 1", "4, 4, 1", "8, 2, 1", "32, 3, 1", "19, 10, 1"})
  void headsThatComeOutEvenOrNearlySoStayWhole(int kvHeads, int threads, int shares) {
    assertEquals(shares, Attention.shares(kvHeads, threads));
  }

  @ParameterizedTest
  @CsvSource({"3, 2, 2", "4, 3, 3", "4, 8, 2", "3, 4, 4", "1, 2, 2", "1, 7, 7", "8, 12, 3"})
  void otherHeadsAreSharedSoThatTheyComeOutEven(int kvHeads, int threads, int shares) {
    assertEquals(shares, Attention.shares(kvHeads, threads));
  }
}
