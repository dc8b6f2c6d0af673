package ai.realm.constraint.json;

import ai.realm.constraint.Beginning;
import ai.realm.constraint.ByteText;
import ai.realm.constraint.Frame;
import ai.realm.constraint.Stack;
import ai.realm.constraint.Stacks;
import ai.realm.constraint.TextPlaces;
import java.util.List;

/**
 * Arrays in brackets, with a sign of their own between two items.
 *
 * @param items those of the first items each, and at the end of all others
 */
record WrittenArray(List<Value> items, byte[] between, int min, int max) implements Value.Form {
  private static final byte[] OPEN = {'['};
  private static final byte[] CLOSE = {']'};

  @Override
  public int length() {
    long length = 2;
    for (int i = 0; i < min && length < Frame.NEVER; i++) {
      length += item(i).shortestLength() + (i == 0 ? 0 : between.length);
    }
    return (int) Math.min(length, Frame.NEVER);
  }

  @Override
  public void begin(Stack below, Stacks out) {
    out.add(new Stack(TextPlaces.literal(OPEN), new Stack(new Rest(this, 0), below)));
  }

  @Override
  public void shortest(ByteText out) {
    out.add(OPEN);
    new Rest(this, 0).shortest(out);
  }

  @Override
  public void complete() {}

  private Value item(int index) {
    return items.get(Math.min(index, items.size() - 1));
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  /** Behind so many items; those that are all alike need no count where none is asked for. */
  private record Rest(WrittenArray of, int index) implements Beginning {
    @Override
    public void begin(Stack below, Stacks out) {
      if (index >= of.min) {
        out.add(new Stack(TextPlaces.literal(CLOSE), below));
      }
      Value item = of.item(index);
      if (index < of.max && item.isPossible()) {
        Stack value = new Stack(item, new Stack(new Rest(of, next()), below));
        out.add(index == 0 ? value : new Stack(TextPlaces.literal(of.between), value));
      }
    }

    private int next() {
      boolean counts = index + 1 < Math.max(of.min, of.items.size()) || of.max < Integer.MAX_VALUE;
      return counts || index == 0 ? index + 1 : index;
    }

    @Override
    public boolean mayEnd() {
      return false;
    }

    @Override
    public int shortestLength() {
      long length = 1;
      for (int i = index; i < of.min && length < Frame.NEVER; i++) {
        length += of.item(i).shortestLength() + (i == 0 ? 0 : of.between.length);
      }
      return (int) Math.min(length, Frame.NEVER);
    }

    @Override
    public void shortest(ByteText out) {
      for (int i = index; i < of.min; i++) {
        out.add(i == 0 ? new byte[0] : of.between);
        of.item(i).shortest(out);
      }
      out.add(CLOSE);
    }
  }
}
