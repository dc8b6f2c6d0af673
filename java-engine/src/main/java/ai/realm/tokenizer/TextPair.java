package ai.realm.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The ids of two texts that are judged together, of which the second may be cut.
 *
 * @param ids of both, with all that stands around and between them
 * @param head how many of them come before the second text
 * @param tail how many come behind it
 */
public record TextPair(int[] ids, int head, int tail) {

  /**
   * The same with parts of the second text, of {@code room} tokens each, from its beginning to its
   * end: each begins in the middle of the one before, the last one ends with the text.
   */
  public List<int[]> parts(int room) {
    int end = ids.length - tail;
    List<int[]> parts = new ArrayList<>();
    for (int from = head; ; from += Math.max(1, room / 2)) {
      boolean last = from + room >= end;
      parts.add(part(last ? Math.max(head, end - room) : from, Math.min(room, end - head)));
      if (last) {
        return parts;
      }
    }
  }

  private int[] part(int from, int count) {
    int[] part = Arrays.copyOf(ids, head + count + tail);
    System.arraycopy(ids, from, part, head, count);
    System.arraycopy(ids, ids.length - tail, part, head + count, tail);
    return part;
  }

  /**
   * A pair that a template put together.
   *
   * @param ids of the whole
   * @param frame the ids of the same with an empty second text
   */
  public static TextPair framed(int[] ids, int[] frame) {
    int most = Math.min(ids.length, frame.length);
    int head = Arrays.mismatch(ids, frame);
    head = head < 0 ? most : head;
    int tail = 0;
    while (tail < most - head && ids[ids.length - 1 - tail] == frame[frame.length - 1 - tail]) {
      tail++;
    }
    return new TextPair(ids, head, tail);
  }
}
