package ai.realm.constraint.json;

import ai.realm.constraint.ByteText;
import ai.realm.constraint.Frame;
import ai.realm.constraint.Stack;
import ai.realm.constraint.Stacks;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Arrays: the first items each with its own values, the others alike, and how many of all of them
 * meet each of some claims. Which of these claims an item meets is decided where it begins: {@code
 * items[i][set]} are the values of item i that meet those of a set of them (and where the most are
 * counted, no others).
 */
final class ArrayShape implements Value.Form {
  /** How many items meet a claim. */
  record Count(int min, int max) {}

  private final JsonTexts texts;
  private final Value[][] items;
  private final Count[] counts;
  private final int min;
  private final int max;

  /** What is to come at least: how long, and which set of claims the next item meets. */
  private record Plan(int length, int set) {}

  private static final int CLOSE = -1;
  private final Map<List<Integer>, Plan> plans = new HashMap<>();

  ArrayShape(JsonTexts texts, Value[][] items, Count[] counts, int min, int max) {
    this.texts = texts;
    this.items = items;
    this.counts = counts;
    this.min = min;
    this.max = max;
  }

  @Override
  public void begin(Stack below, Stacks out) {
    out.add(new Stack(new ArrayFrame(this, Place.START, 0, List.of()), below));
  }

  @Override
  public int length() {
    plans.clear();
    return Math.min(Frame.NEVER, 2 + plan(0, zeros()).length);
  }

  @Override
  public void complete() {
    plans.clear();
  }

  @Override
  public void shortest(ByteText out) {
    out.add("[");
    close(out, 0, zeros());
  }

  private int[] zeros() {
    return new int[counts.length];
  }

  private Value item(int index, int set) {
    return items[Math.min(index, items.length - 1)][set];
  }

  /** Closes behind {@code index} items. */
  private void close(ByteText out, int from, int[] counted) {
    int[] so = counted;
    int index = from;
    for (Plan plan = plan(index, so); plan.set != CLOSE; plan = plan(index, so)) {
      if (index > 0) {
        out.add(texts.comma());
      }
      item(index, plan.set).shortest(out);
      so = counted(so, plan.set);
      index++;
    }
    out.add("]");
  }

  /**
   * The counts behind an item that meets a set of claims; what is above all bounds counts alike.
   */
  private int[] counted(int[] before, int set) {
    if (counts.length == 0) {
      return before;
    }
    int[] after = before.clone();
    for (int i = 0; i < counts.length; i++) {
      if ((set >> i & 1) != 0) {
        int most = counts[i].max == Integer.MAX_VALUE ? counts[i].min : counts[i].max + 1;
        after[i] = Math.min(after[i] + 1, most);
      }
    }
    return after;
  }

  private boolean isCounted(int[] counted) {
    for (int i = 0; i < counts.length; i++) {
      if (counted[i] < counts[i].min || counted[i] > counts[i].max) {
        return false;
      }
    }
    return true;
  }

  private boolean isTooMany(int[] counted) {
    for (int i = 0; i < counts.length; i++) {
      if (counted[i] > counts[i].max) {
        return true;
      }
    }
    return false;
  }

  /** How it can be closed soonest behind {@code index} items, without its bracket. */
  private Plan plan(int index, int[] counted) {
    if (index >= min && index <= max && isCounted(counted)) {
      return new Plan(0, CLOSE);
    }
    if (counts.length == 0) {
      return uncounted(index);
    }
    List<Integer> key = key(index, counted);
    Plan known = plans.get(key);
    if (known == null) {
      known = item(index, counted, index >= Math.max(min, items.length));
      plans.put(key, known);
    }
    return known;
  }

  /** How it can be closed soonest with one more item, maybe only with one that counts. */
  private Plan item(int index, int[] counted, boolean mustCount) {
    Plan best = new Plan(Frame.NEVER, CLOSE);
    for (int set = mustCount ? 1 : 0; set < 1 << counts.length && index < max; set++) {
      Value value = item(index, set);
      int[] after = counted(counted, set);
      boolean helps = !mustCount || !Arrays.equals(after, counted);
      if (value != null && value.isPossible() && !isTooMany(after) && helps) {
        long length =
            (long) texts.comma().length() + value.shortestLength() + plan(index + 1, after).length;
        best = length < best.length ? new Plan((int) length, set) : best;
      }
    }
    return best;
  }

  private Plan uncounted(int index) {
    if (min > max) {
      return new Plan(Frame.NEVER, CLOSE);
    }
    long length = 0;
    for (int i = index; i < Math.min(min, items.length - 1); i++) {
      length += texts.comma().length() + item(i, 0).shortestLength();
    }
    int alike = Math.max(0, min - Math.max(index, items.length - 1));
    length += (long) alike * (texts.comma().length() + item(items.length, 0).shortestLength());
    return new Plan((int) Math.min(length, Frame.NEVER), 0);
  }

  private static List<Integer> key(int index, int[] counted) {
    Integer[] key = new Integer[counted.length + 1];
    key[0] = index;
    for (int i = 0; i < counted.length; i++) {
      key[i + 1] = counted[i];
    }
    return Arrays.asList(key);
  }

  /** Where in an array it is. */
  private enum Place {
    START,
    FIRST,
    ITEM,
    AFTER
  }

  /**
   * An array that has begun.
   *
   * @param index items so far
   * @param counted how many of them meet each claim
   */
  private record ArrayFrame(ArrayShape shape, Place place, int index, List<Integer> counted)
      implements Frame {

    private int[] counts() {
      return counted.isEmpty()
          ? shape.zeros()
          : counted.stream().mapToInt(Integer::intValue).toArray();
    }

    private ArrayFrame at(Place next) {
      return new ArrayFrame(shape, next, index, counted);
    }

    @Override
    public void step(int b, Stack below, Stacks out) {
      switch (place) {
        case START -> {
          if (b == '[') {
            out.add(shape.texts.inside(at(Place.FIRST), below));
          }
        }
        case FIRST -> {
          if (b == ']') {
            end(below, out);
          } else {
            item(b, below, out);
          }
        }
        case ITEM -> item(b, below, out);
        case AFTER -> {
          if (b == ']') {
            end(below, out);
          } else if (b == ',' && shape.item(index, counts(), false).length < Frame.NEVER) {
            out.add(shape.texts.next(at(Place.ITEM), below));
          }
        }
      }
    }

    private void end(Stack below, Stacks out) {
      if (index >= shape.min && shape.isCounted(counts())) {
        out.add(below);
      }
    }

    private void item(int b, Stack below, Stacks out) {
      if (index >= shape.max) {
        return;
      }
      for (int set = 0; set < 1 << shape.counts.length; set++) {
        Value value = shape.item(index, set);
        int[] after = shape.counted(counts(), set);
        if (value != null
            && value.isPossible()
            && !shape.isTooMany(after)
            && shape.plan(index + 1, after).length < Frame.NEVER) {
          Stacks begun = new Stacks();
          value.begin(shape.texts.behind(behind(after), below), begun);
          begun.step(b, out);
        }
      }
    }

    /** Items that are alike, and as many as one likes, need no number. */
    private ArrayFrame behind(int[] after) {
      int far = Math.max(shape.min, shape.items.length);
      int next = shape.max == Integer.MAX_VALUE ? Math.min(index + 1, far) : index + 1;
      List<Integer> all = Arrays.stream(after).boxed().toList();
      return new ArrayFrame(shape, Place.AFTER, next, all);
    }

    @Override
    public boolean mayEnd() {
      return false;
    }

    @Override
    public int shortestLength() {
      return 2
          + (place == Place.ITEM
              ? shape.item(index, counts(), false).length
              : shape.plan(index, counts()).length);
    }

    @Override
    public void shortest(ByteText out) {
      if (place == Place.START) {
        out.add("[");
      }
      int[] so = counts();
      int next = index;
      if (place == Place.ITEM) {
        // A comma is there, so an item must come, also where none is needed.
        int set = shape.item(index, so, false).set;
        shape.item(index, set).shortest(out);
        so = shape.counted(so, set);
        next++;
      }
      shape.close(out, next, so);
    }
  }
}
