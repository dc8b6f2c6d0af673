package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ActivationsTest {
  @Test
  void thereIsRoomForWholeTilesOfFourRows() {
    for (int tokens = 1; tokens < 30; tokens++) {
      Activations x = new Activations(7).resize(tokens);
      assertEquals(tokens, x.tokens());
      assertTrue(x.values().length >= (tokens + 3) / 4 * 4 * 7);
    }
  }

  @Test
  void theMemoryOfALargeBatchIsGivenBack() {
    Activations x = new Activations(100).resize(512);
    assertEquals(4 * 100, x.resize(1).values().length);
  }

  @Test
  void theMemoryOfASmallBatchIsKeptForTheNext() {
    Activations x = new Activations(100).resize(64);
    float[] values = x.values();
    assertSame(values, x.resize(1).values());
    assertSame(values, x.resize(64).values());
  }

  @Test
  void thereIsRoomForARoundedFormOfEachToken() {
    Activations x = new Activations(100).resize(64);
    assertEquals(0, x.rounded().length);
    x.reserveRounded(70);
    assertTrue(x.rounded().length >= 64 * 70);
    int[] rounded = x.rounded();
    x.resize(3).reserveRounded(70);
    assertSame(rounded, x.rounded());
    assertEquals(0, x.resize(1).resize(64 * 33).resize(1).rounded().length);
  }
}
