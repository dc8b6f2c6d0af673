package ai.realm.model.cache;

import ai.realm.kernels.Rows;
import java.util.Arrays;

/**
 * The tokens of a sequence, each as a mark that also says how its keys and values were computed: a
 * token of a prompt as its id, one of a text as {@code ~id}. Their bits differ, so that a prompt
 * that repeats a text is not the text.
 */
final class History {
  private int[] marks = new int[0];
  private int length;

  History() {}

  /** The same tokens. */
  History(History other) {
    this.marks = Arrays.copyOf(other.marks, other.length);
    this.length = other.length;
  }

  /** Marks of some tokens that go through products in the same way. */
  static int[] marks(int[] tokens, int from, int count, Rows rows) {
    int[] marks = Arrays.copyOfRange(tokens, from, from + count);
    if (rows == Rows.EACH) {
      Arrays.setAll(marks, i -> ~marks[i]);
    }
    return marks;
  }

  static int token(int mark) {
    return mark < 0 ? ~mark : mark;
  }

  static Rows rows(int mark) {
    return mark < 0 ? Rows.EACH : Rows.TOGETHER;
  }

  int length() {
    return length;
  }

  int mark(int position) {
    return marks[position];
  }

  /** The marks from {@code from} to {@code end}. */
  int[] marks(int from, int end) {
    return Arrays.copyOfRange(marks, from, end);
  }

  /** Whether these marks stand at {@code position}, as far as anything does there. */
  boolean agrees(int position, int[] others) {
    int known = Math.clamp(length - position, 0, others.length);
    return Arrays.equals(marks, position, position + known, others, 0, known);
  }

  void add(int[] others, int from) {
    int count = others.length - from;
    if (length + count > marks.length) {
      marks = Arrays.copyOf(marks, Math.max(length + count, 2 * marks.length));
    }
    System.arraycopy(others, from, marks, length, count);
    length += count;
  }

  void cut(int newLength) {
    length = newLength;
  }
}
