package ai.realm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of known times: a fixed part, and one for each row. */
class RowCostTest {
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.25, 0.5, 0.9})
  void findsWhatARowAddsToAStep(double share) {
    RowCost cost = new RowCost();
    for (int step = 0; step < 200; step++) {
      int rows = 1 + step % 8;
      cost.note(rows, (long) (1e7 * (1 - share + share * rows)));
    }
    assertEquals(share, cost.share(), 0.02);
    assertEquals(1e7, cost.oneRow(), 1e6);
  }

  @Test
  void takesAHalfForItBeforeAnyStepHadSeveral() {
    RowCost cost = new RowCost();
    assertEquals(0.5, cost.share());
    assertEquals(0, cost.oneRow());
    for (int step = 0; step < 100; step++) {
      cost.note(1, 5_000_000);
    }
    assertEquals(0.5, cost.share(), 1e-6);
    assertEquals(5e6, cost.oneRow(), 1);
  }

  @Test
  void wantsStepsOfSeveralRowsUntilTheyHaveShownWhatARowAdds() {
    RowCost cost = new RowCost();
    int trials = 0;
    for (int step = 0; step < 100; step++) {
      boolean trial = cost.wantsTrial(1);
      trials += trial ? 1 : 0;
      cost.note(trial ? 2 : 1, trial ? 10_500_000 : 10_000_000);
    }
    assertTrue(trials >= 3 && trials <= 12, "trials: " + trials);
    assertTrue(cost.share() < 0.35, "share: " + cost.share());
  }

  @Test
  void followsAMachineThatChanges() {
    RowCost cost = new RowCost();
    for (int step = 0; step < 600; step++) {
      double share = step < 300 ? 0.1 : 0.8;
      int rows = 1 + step % 8;
      cost.note(rows, (long) (1e7 * (1 - share + share * rows)));
    }
    assertEquals(0.8, cost.share(), 0.05);
  }

  @Test
  void clocksThatStandStillOrJumpGiveASharesBounds() {
    RowCost still = new RowCost();
    still.note(3, 0);
    assertEquals(0.5, still.share());
    RowCost backwards = new RowCost();
    for (int step = 0; step < 100; step++) {
      backwards.note(1 + step % 4, 1_000_000_000 / (1 + step % 4));
    }
    assertTrue(backwards.share() >= 0 && backwards.share() <= 1);
  }

  @Test
  void aloneAGuessIsTakenWhereItsRowBringsMoreThanItCosts() {
    RowCost half = new RowCost();
    assertTrue(half.stake(1).takes(0.6));
    assertFalse(half.stake(1).takes(0.5));
    // What it takes to make a guess counts, too.
    assertFalse(half.stake(1).pays(0.6, 0.1));
    Stake stake = half.stake(1);
    int taken = 0;
    double chance = 0.98;
    while (taken < 100 && stake.takes(chance)) {
      taken++;
      chance *= 0.98;
    }
    // The best n of (1 + .98 + ... .98^n) / (1 + n / 2) is 8; the margin leaves some of them out.
    assertTrue(taken >= 4 && taken <= 8, "taken: " + taken);
  }

  @Test
  void besideManyTextsNothingIsTaken() {
    RowCost half = new RowCost();
    assertFalse(half.stake(16).takes(0.9));
    RowCost free = new RowCost();
    for (int step = 0; step < 300; step++) {
      int rows = 1 + step % 8;
      free.note(rows, (long) (1e7 * (0.95 + 0.05 * rows)));
    }
    Stake two = free.stake(2);
    int taken = 0;
    while (two.takes(1)) {
      taken++;
    }
    // A quarter of a step of 1.05 is what others wait for.
    assertEquals(5, taken, 1);
    assertFalse(Stake.none().takes(1));
  }
}
