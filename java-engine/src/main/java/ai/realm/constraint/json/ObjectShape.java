package ai.realm.constraint.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.realm.constraint.ByteText;
import ai.realm.constraint.Stack;
import ai.realm.constraint.Stacks;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Objects: names with their values, some of them required; other names by their languages; and how
 * many there are. Names come in the schema's order where that is asked, the others behind them.
 */
final class ObjectShape implements Value.Form {
  /** A name that the schema has. */
  record Name(String text, Value value, boolean required) {}

  /** Names that it has not, all with the same values; no name is in two of these. */
  record Others(Regex names, Value value) {}

  private static final int MOST_FILLED = 64;

  private final JsonTexts texts;
  private final Regexes regexes;
  private final boolean ordered;
  private final List<Name> names;
  private final List<Others> others;
  private final int min;
  private final int max;

  /**
   * Whether any open name can be made longer and still is one: then it is enough to look at its end
   * whether it was there. Else those that were there are taken out of the language, state by state.
   */
  private final boolean extendable;

  private final BitSet required = new BitSet();
  private final BitSet possible = new BitSet();
  private Regex open;
  private final Map<Keys, Regex> keys = new HashMap<>();

  /** Which keys may come: these names, and others but for those seen, where others may. */
  private record Keys(BitSet names, Optional<List<String>> seen) {}

  /**
   * The names that an object has so far.
   *
   * @param seen indices of those that the schema has
   * @param others the others, decoded
   */
  record Progress(BitSet seen, List<String> others) {
    static final Progress NONE = new Progress(new BitSet(), List.of());

    int count() {
      return seen.cardinality() + others.size();
    }
  }

  ObjectShape(
      JsonTexts texts,
      Regexes regexes,
      boolean ordered,
      List<Name> names,
      List<Others> others,
      boolean extendable,
      int min,
      int max) {
    this.texts = texts;
    this.regexes = regexes;
    this.ordered = ordered;
    this.names = names;
    this.others = others;
    this.extendable = extendable;
    this.min = min;
    this.max = max;
    for (int i = 0; i < names.size(); i++) {
      required.set(i, names.get(i).required);
    }
  }

  @Override
  public void begin(Stack below, Stacks out) {
    out.add(new Stack(new ObjectFrame(this, ObjectFrame.Place.START, Progress.NONE), below));
  }

  @Override
  public int length() {
    findPossible();
    if (!required.stream().allMatch(possible::get)) {
      return Value.NEVER;
    }
    return Math.min(Value.NEVER, 2 + rest(Progress.NONE));
  }

  @Override
  public void complete() {
    findPossible();
    keys.clear();
  }

  @Override
  public void shortest(ByteText out) {
    out.add("{");
    close(out, Progress.NONE);
  }

  private void findPossible() {
    possible.clear();
    for (int i = 0; i < names.size(); i++) {
      possible.set(i, names.get(i).value != null && names.get(i).value.isPossible());
    }
    open =
        regexes.either(
            others.stream().filter(o -> o.value.isPossible()).map(Others::names).toList());
  }

  JsonTexts texts() {
    return texts;
  }

  /** Whether it can be closed. */
  boolean mayClose(Progress progress) {
    return progress.count() >= min && missing(progress).isEmpty();
  }

  private BitSet missing(Progress progress) {
    BitSet missing = (BitSet) required.clone();
    missing.andNot(progress.seen);
    return missing;
  }

  /** The names that may come next, so that it can still be completed. */
  private BitSet next(Progress progress) {
    BitSet next = (BitSet) possible.clone();
    next.andNot(progress.seen);
    if (ordered && !progress.others.isEmpty()) {
      next.clear();
      return next;
    }
    BitSet missing = missing(progress);
    int room = max - progress.count();
    if (room <= missing.cardinality()) {
      next.and(missing);
    }
    if (room <= 0) {
      next.clear();
    }
    if (ordered) {
      next.clear(0, progress.seen.length());
      int first = missing.nextSetBit(0);
      if (first >= 0) {
        next.clear(first + 1, names.size() + 1);
      }
      // Those that are skipped do not come any more: enough must be left.
      for (int i = next.nextSetBit(0); i >= 0; i = next.nextSetBit(i + 1)) {
        if (open == regexes.nothing && progress.count() + available(i) < min) {
          next.clear(i);
        }
      }
    }
    return next;
  }

  /** How many names there are from {@code index} on. */
  private int available(int index) {
    return possible.get(index, Math.max(index, names.size())).cardinality();
  }

  private boolean mayOthers(Progress progress) {
    int missing = missing(progress).cardinality();
    return progress.count() + missing < max
        && (!ordered || missing == 0)
        && (extendable ? open.alive() : without(progress.others).alive());
  }

  /** The language of the keys that may come next; empty where none may. */
  Regex keys(Progress progress) {
    List<String> seen = extendable ? List.of() : progress.others;
    Keys now = new Keys(next(progress), mayOthers(progress) ? Optional.of(seen) : Optional.empty());
    return seen.isEmpty() ? keys.computeIfAbsent(now, this::keys) : keys(now);
  }

  /** Whether a key, which is in the language, was not there before. */
  boolean admits(Progress progress, String key) {
    return !progress.others.contains(key);
  }

  private Regex keys(Keys now) {
    List<Regex> all = new ArrayList<>();
    now.seen.ifPresent(seen -> all.add(without(seen)));
    now.names.stream().forEach(i -> all.add(regexes.text(names.get(i).text)));
    return regexes.either(all);
  }

  /** The names that are open but for these. */
  private Regex without(List<String> seen) {
    Regex gone = regexes.either(seen.stream().map(regexes::text).toList());
    return regexes.both(open, regexes.not(gone));
  }

  /** The values of a key. */
  Value value(String key) {
    int index = index(key);
    if (index >= 0) {
      return names.get(index).value;
    }
    for (Others other : others) {
      if (other.names.matches(key)) {
        return other.value;
      }
    }
    throw new IllegalStateException("no value for the key " + key);
  }

  /** What is there once a key is. */
  Progress with(Progress progress, String key) {
    int index = index(key);
    if (index >= 0) {
      BitSet seen = (BitSet) progress.seen.clone();
      seen.set(index);
      return new Progress(seen, progress.others);
    }
    List<String> more = new ArrayList<>(progress.others);
    more.add(key);
    return new Progress(progress.seen, List.copyOf(more));
  }

  private Map<String, Integer> indices;

  private int index(String key) {
    if (indices == null) {
      indices = new HashMap<>();
      for (int i = 0; i < names.size(); i++) {
        indices.put(names.get(i).text, i);
      }
    }
    return indices.getOrDefault(key, -1);
  }

  /** How many bytes are to come before the bracket; NEVER where it cannot be closed. */
  int rest(Progress progress) {
    long length = 0;
    for (String key : fill(progress)) {
      if (key == null) {
        return Value.NEVER;
      }
      length += texts.comma().length() + texts.colon().length();
      length += JsonTexts.quoted(key).getBytes(UTF_8).length + value(key).shortestLength();
    }
    return (int) Math.min(length, Value.NEVER);
  }

  /** Appends members and the bracket; a comma before the first one where some are there. */
  void close(ByteText out, Progress progress) {
    boolean first = progress.count() == 0;
    for (String key : fill(progress)) {
      out.add(first ? "" : texts.comma()).add(JsonTexts.quoted(key)).add(texts.colon());
      value(key).shortest(out);
      first = false;
    }
    out.add("}");
  }

  /** The keys that are to come at least; null among them where there are not enough. */
  List<String> fill(Progress progress) {
    List<String> keys = new ArrayList<>();
    BitSet all = missing(progress);
    int needed = min - progress.count() - all.cardinality();
    BitSet more = next(progress);
    if (needed > 0) {
      more.or(possible);
      more.andNot(progress.seen);
      if (ordered) {
        more.clear(0, progress.seen.length());
      }
      more.andNot(all);
    }
    for (int i = more.nextSetBit(0); i >= 0 && needed > 0; i = more.nextSetBit(i + 1), needed--) {
      if (progress.others.isEmpty() || !ordered) {
        all.set(i);
      } else {
        break;
      }
    }
    all.stream().forEach(i -> keys.add(names.get(i).text));
    if (needed > MOST_FILLED) {
      throw SchemaException.unsupported(
          "", "an object has more than 64 properties of any name", "name them under properties");
    }
    Regex left = without(progress.others);
    for (; needed > 0; needed--) {
      if (!left.alive()) {
        keys.add(null);
        break;
      }
      int[] shortest = left.shortest();
      String key = new String(shortest, 0, shortest.length);
      keys.add(key);
      left = regexes.both(left, regexes.not(regexes.text(key)));
    }
    return keys;
  }
}
