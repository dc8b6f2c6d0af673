package ai.realm.constraint.json;

import ai.realm.constraint.ByteText;
import ai.realm.constraint.Frame;
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
 *
 * <p>It may be asked that some property shows something, whichever it is: a key of some language
 * with a value of some kind. Which of these a property shows is decided where its value begins.
 */
final class ObjectShape implements Value.Form {
  /**
   * The values with which a key shows some of what must be shown.
   *
   * @param shows a bit for each
   */
  record Way(int shows, Value value) {}

  /**
   * A name that the schema has.
   *
   * @param needed indices of the names that must be there where this one is
   */
  record Name(String text, List<Way> ways, boolean required, BitSet needed) {}

  /** Names that it has not, all with the same ways; no name is in two of these. */
  record Others(Regex names, List<Way> ways) {}

  /**
   * The names that an object has so far.
   *
   * @param seen indices of those that the schema has
   * @param others the others, decoded
   * @param shown a bit for each that was
   */
  record Progress(BitSet seen, List<String> others, int shown) {
    static final Progress NONE = new Progress(new BitSet(), List.of(), 0);

    int count() {
      return seen.cardinality() + others.size();
    }
  }

  private final JsonTexts texts;
  private final Regexes regexes;
  private final List<Name> names;
  private final List<Others> others;

  /**
   * Whether any open name can be made longer and still is one: then it is enough to look at its end
   * whether it was there. Else those that were there are taken out of the language, state by state.
   */
  private final boolean extendable;

  private final ObjectCompletion completion;
  private final Map<String, Integer> indices = new HashMap<>();
  private Regex open;
  private final Map<Keys, Regex> keys = new HashMap<>();

  /** Which keys may come: these names, and others but for those seen, where others may. */
  private record Keys(BitSet names, Optional<List<String>> seen) {}

  /**
   * Objects of these.
   *
   * @param extendable see there
   * @param shows how many things must be shown
   * @param min the fewest properties
   * @param max the most
   */
  ObjectShape(
      JsonTexts texts,
      Regexes regexes,
      boolean ordered,
      List<Name> names,
      List<Others> others,
      boolean extendable,
      int shows,
      int min,
      int max) {
    this.texts = texts;
    this.regexes = regexes;
    this.names = names;
    this.others = others;
    this.extendable = extendable;
    for (int i = 0; i < names.size(); i++) {
      indices.put(names.get(i).text, i);
    }
    this.completion = new ObjectCompletion(this, names, others, ordered, shows, min, max);
  }

  @Override
  public void begin(Stack below, Stacks out) {
    out.add(new Stack(new ObjectFrame(this, ObjectFrame.Place.START, Progress.NONE), below));
  }

  @Override
  public int length() {
    findPossible();
    return Math.min(Frame.NEVER, 2 + completion.length(Progress.NONE));
  }

  @Override
  public void complete() {
    findPossible();
    keys.clear();
  }

  @Override
  public void shortest(ByteText out) {
    out.add("{");
    completion.close(out, Progress.NONE);
  }

  private void findPossible() {
    open =
        regexes.either(others.stream().filter(o -> isPossible(o.ways)).map(Others::names).toList());
    completion.findPossible(open != regexes.nothing);
  }

  /** Whether a key has a value. */
  static boolean isPossible(List<Way> ways) {
    return ways.stream().anyMatch(way -> way.value.isPossible());
  }

  JsonTexts texts() {
    return texts;
  }

  /** How it is brought to its end. */
  ObjectCompletion completion() {
    return completion;
  }

  /** The language of the keys that may come next; empty where none may. */
  Regex keys(Progress progress) {
    List<String> seen = extendable ? List.of() : progress.others;
    Keys now =
        new Keys(
            completion.next(progress),
            completion.mayOthers(progress) && (extendable ? open : without(open, seen)).alive()
                ? Optional.of(seen)
                : Optional.empty());
    return seen.isEmpty() ? keys.computeIfAbsent(now, this::keys) : keys(now);
  }

  private Regex keys(Keys now) {
    List<Regex> all = new ArrayList<>();
    now.seen.ifPresent(seen -> all.add(without(open, seen)));
    now.names.stream().forEach(i -> all.add(regexes.text(names.get(i).text)));
    return regexes.either(all);
  }

  /** A key that may come next. */
  String shortestKey(Progress progress) {
    int[] shortest = without(keys(progress), progress.others).shortest();
    return new String(shortest, 0, shortest.length);
  }

  /** Whether a key, which is in the language, was not there before and can be followed. */
  boolean admits(Progress progress, String key) {
    return !progress.others.contains(key)
        && (completion.isSimple()
            || ways(key).stream().anyMatch(way -> completion.mayCome(progress, key, way)));
  }

  /** A language but for these names. */
  Regex without(Regex language, List<String> seen) {
    Regex gone = regexes.either(seen.stream().map(regexes::text).toList());
    return regexes.both(language, regexes.not(gone));
  }

  /** The values of a key, by what they show. */
  List<Way> ways(String key) {
    Integer index = indices.get(key);
    if (index != null) {
      return names.get(index).ways;
    }
    for (Others other : others) {
      if (other.names.matches(key)) {
        return other.ways;
      }
    }
    throw new IllegalStateException("no value for the key " + key);
  }

  /** What is there once a key is. */
  Progress with(Progress progress, String key, int shows) {
    int shown = progress.shown | shows;
    Integer index = indices.get(key);
    if (index != null) {
      BitSet seen = (BitSet) progress.seen.clone();
      seen.set(index);
      return new Progress(seen, progress.others, shown);
    }
    List<String> more = new ArrayList<>(progress.others);
    more.add(key);
    return new Progress(progress.seen, List.copyOf(more), shown);
  }
}
