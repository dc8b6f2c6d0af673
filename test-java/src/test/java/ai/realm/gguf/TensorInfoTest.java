package ai.realm.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class TensorInfoTest {
  /** Three matrices of two rows of two blocks of Q8_0; each byte is its row's number. */
  private static TensorInfo experts() {
    byte[] bytes = new byte[3 * 2 * 68];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i / 68);
    }
    MemorySegment data = MemorySegment.ofArray(bytes);
    return new TensorInfo("exps", TensorType.Q8_0, new long[] {64, 2, 3}, 4096, data);
  }

  @Test
  void aSliceIsOneOfTheMatrices() {
    TensorInfo slice = experts().slice(2);
    assertEquals("exps[2]", slice.name());
    assertEquals(TensorType.Q8_0, slice.type());
    assertArrayEquals(new long[] {64, 2}, slice.shape());
    assertEquals(4096 + 2 * 136, slice.offset());
    byte[] bytes = slice.data().toArray(ValueLayout.JAVA_BYTE);
    assertEquals(136, bytes.length);
    assertEquals(4, bytes[0]);
    assertEquals(5, bytes[135]);
  }

  @Test
  void aSliceOfAMatrixIsARow() {
    TensorInfo row = experts().slice(1).slice(1);
    assertArrayEquals(new long[] {64}, row.shape());
    assertEquals(1, row.rows());
    assertEquals(4096 + 136 + 68, row.offset());
    assertEquals(3, row.data().get(ValueLayout.JAVA_BYTE, 67));
    assertThrows(IllegalArgumentException.class, () -> row.slice(0));
  }

  @Test
  void thereIsNoSliceBeyondTheLastOne() {
    assertThrows(IndexOutOfBoundsException.class, () -> experts().slice(3));
    assertThrows(IndexOutOfBoundsException.class, () -> experts().slice(-1));
  }
}
