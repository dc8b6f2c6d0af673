package ai.realm.constraint.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.realm.constraint.ByteText;
import ai.realm.constraint.Frame;
import ai.realm.constraint.json.ObjectShape.Name;
import ai.realm.constraint.json.ObjectShape.Others;
import ai.realm.constraint.json.ObjectShape.Progress;
import ai.realm.constraint.json.ObjectShape.Way;
import ai.realm.constraint.regex.Regex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Which properties must yet come to an object, and so which may come next. */
final class ObjectCompletion {
  private static final int MOST_FILLED = 64;
  private static final int NEVER = Integer.MAX_VALUE / 2;

  private final ObjectShape shape;
  private final List<Name> names;
  private final List<Others> others;
  private final boolean ordered;
  private final int shows;
  private final int min;
  private final int max;
  private final BitSet required = new BitSet();
  private final BitSet possible = new BitSet();
  private boolean mayBeOpen;
  private final boolean needs;

  ObjectCompletion(
      ObjectShape shape,
      List<Name> names,
      List<Others> others,
      boolean ordered,
      int shows,
      int min,
      int max) {
    this.shape = shape;
    this.names = names;
    this.others = others;
    this.ordered = ordered;
    this.shows = shows;
    this.min = min;
    this.max = max;
    for (int i = 0; i < names.size(); i++) {
      required.set(i, names.get(i).required());
    }
    this.needs = names.stream().anyMatch(name -> !name.needed().isEmpty());
  }

  /** Looks again which names have values; {@code mayBeOpen} is whether others may come. */
  void findPossible(boolean mayBeOpen) {
    this.mayBeOpen = mayBeOpen;
    for (int i = 0; i < names.size(); i++) {
      possible.set(i, ObjectShape.isPossible(names.get(i).ways()));
    }
  }

  /** Whether names ask for no others, and nothing must be shown. */
  boolean isSimple() {
    return shows == 0 && !needs;
  }

  /** Whether the object can be closed. */
  boolean mayClose(Progress progress) {
    return progress.count() >= min
        && missing(progress).isEmpty()
        && progress.shown() == (1 << shows) - 1;
  }

  private BitSet missing(Progress progress) {
    BitSet missing = (BitSet) required.clone();
    if (needs) {
      BitSet asking = (BitSet) progress.seen().clone();
      asking.or(missing);
      for (int i = asking.nextSetBit(0); i >= 0; i = asking.nextSetBit(i + 1)) {
        BitSet more = (BitSet) names.get(i).needed().clone();
        more.andNot(asking);
        missing.or(names.get(i).needed());
        asking.or(more);
        int first = more.nextSetBit(0);
        if (first >= 0 && first < i) {
          i = first - 1;
        }
      }
    }
    missing.andNot(progress.seen());
    return missing;
  }

  /** The names that are not behind what was there. */
  private BitSet left(Progress progress) {
    BitSet left = (BitSet) possible.clone();
    left.andNot(progress.seen());
    if (ordered) {
      if (!progress.others().isEmpty()) {
        left.clear();
      } else {
        left.clear(0, progress.seen().length());
      }
    }
    return left;
  }

  /** How many properties must yet come at least; NEVER where it cannot be completed. */
  private int needed(Progress progress) {
    BitSet left = left(progress);
    BitSet missing = missing(progress);
    BitSet lost = (BitSet) missing.clone();
    lost.andNot(left);
    if (!lost.isEmpty()) {
      return NEVER;
    }
    int showing = showing(progress, missing, left);
    int count = progress.count();
    int needed = Math.max(missing.cardinality() + showing, min - count);
    boolean enough = needed <= left.cardinality() || mayBeOpen;
    return showing == NEVER || !enough || count + needed > max ? NEVER : needed;
  }

  /** How many properties beside those that are missing must come for what must be shown. */
  private int showing(Progress progress, BitSet missing, BitSet left) {
    int all = 1 << shows;
    int toShow = all - 1 & ~progress.shown();
    if (toShow == 0) {
      return 0;
    }
    int[] best = new int[all];
    Arrays.fill(best, NEVER);
    best[toShow] = 0;
    for (int i = missing.nextSetBit(0); i >= 0; i = missing.nextSetBit(i + 1)) {
      best = behind(best, names.get(i).ways(), false);
    }
    for (int i = left.nextSetBit(0); i >= 0; i = left.nextSetBit(i + 1)) {
      if (!missing.get(i) && names.get(i).needed().isEmpty()) {
        best = behind(best, names.get(i).ways(), true);
      }
    }
    for (int round = 0; round < shows; round++) {
      for (Others other : others) {
        best = behind(best, other.ways(), true);
      }
    }
    return best[0];
  }

  /** The fewest properties by what is left to show, with one more that comes, or may. */
  private static int[] behind(int[] before, List<Way> ways, boolean may) {
    int[] after = new int[before.length];
    Arrays.fill(after, NEVER);
    for (int set = 0; set < before.length; set++) {
      if (before[set] == NEVER) {
        continue;
      }
      if (may) {
        after[set] = Math.min(after[set], before[set]);
      }
      for (Way way : ways) {
        if (way.value().isPossible()) {
          int rest = set & ~way.shows();
          after[rest] = Math.min(after[rest], before[set] + (may ? 1 : 0));
        }
      }
    }
    return after;
  }

  /** The names that may come next, so that the object can still be completed. */
  BitSet next(Progress progress) {
    BitSet next = left(progress);
    if (!isSimple()) {
      for (int i = next.nextSetBit(0); i >= 0; i = next.nextSetBit(i + 1)) {
        String text = names.get(i).text();
        if (names.get(i).ways().stream().noneMatch(way -> mayCome(progress, text, way))) {
          next.clear(i);
        }
      }
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
      int first = missing.nextSetBit(0);
      if (first >= 0) {
        next.clear(first + 1, names.size() + 1);
      }
      // Those that are skipped do not come any more: enough must be left.
      for (int i = next.nextSetBit(0); i >= 0; i = next.nextSetBit(i + 1)) {
        if (!mayBeOpen && progress.count() + available(i) < min) {
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

  /** Whether a key may come in a way, so that the object can still be completed. */
  boolean mayCome(Progress progress, String key, Way way) {
    return way.value().isPossible()
        && (isSimple() || needed(shape.with(progress, key, way.shows())) < NEVER);
  }

  /** Whether names that the schema has not may come next. */
  boolean mayOthers(Progress progress) {
    if (isSimple()) {
      int missing = missing(progress).cardinality();
      return progress.count() + missing < max && (!ordered || missing == 0);
    }
    for (Others other : others) {
      Regex names = shape.without(other.names(), progress.others());
      if (names.alive()) {
        String key = text(names);
        if (other.ways().stream().anyMatch(way -> mayCome(progress, key, way))) {
          return true;
        }
      }
    }
    return false;
  }

  private static String text(Regex names) {
    int[] shortest = names.shortest();
    return new String(shortest, 0, shortest.length);
  }

  /** A property that is to come. */
  record Pick(String key, Way way) {}

  /** How many bytes are to come before the bracket; {@link Frame#NEVER} where it never comes. */
  int length(Progress progress) {
    List<Pick> picks = picks(progress);
    if (picks == null) {
      return Frame.NEVER;
    }
    long length = 0;
    for (Pick pick : picks) {
      length += shape.texts().comma().length() + shape.texts().colon().length();
      length += JsonTexts.quoted(pick.key).getBytes(UTF_8).length;
      length += pick.way.value().shortestLength();
    }
    return (int) Math.min(length, Frame.NEVER);
  }

  /** Appends members and the bracket; a comma before the first one where some are there. */
  void close(ByteText out, Progress progress) {
    boolean first = progress.count() == 0;
    for (Pick pick : picks(progress)) {
      out.add(first ? "" : shape.texts().comma());
      out.add(JsonTexts.quoted(pick.key)).add(shape.texts().colon());
      pick.way.value().shortest(out);
      first = false;
    }
    out.add("}");
  }

  /** The properties that are to come at least, or null where the object cannot be completed. */
  private List<Pick> picks(Progress progress) {
    if (needed(progress) == NEVER) {
      return null;
    }
    List<Pick> picks = new ArrayList<>();
    Progress so = progress;
    while (!mayClose(so)) {
      Pick pick = pick(so);
      if (pick == null) {
        return null;
      }
      picks.add(pick);
      so = shape.with(so, pick.key, pick.way.shows());
      if (so.others().size() > MOST_FILLED) {
        throw new SchemaException.UnplacedException(
            "an object has more than 64 properties of any name", "name them under properties");
      }
    }
    return picks;
  }

  /** A property after which fewer must come. */
  Pick pick(Progress progress) {
    int before = needed(progress);
    BitSet left = left(progress);
    BitSet missing = missing(progress);
    // Where the order is free, those that must come come first.
    BitSet sooner = (BitSet) left.clone();
    sooner.and(missing);
    for (BitSet set : ordered ? List.of(left) : List.of(sooner, left)) {
      for (int i = set.nextSetBit(0); i >= 0; i = set.nextSetBit(i + 1)) {
        Way way = way(progress, names.get(i).text(), names.get(i).ways(), before);
        if (way != null) {
          return new Pick(names.get(i).text(), way);
        }
      }
    }
    for (Others other : others) {
      Regex open = shape.without(other.names(), progress.others());
      if (ObjectShape.isPossible(other.ways()) && open.alive()) {
        String key = text(open);
        Way way = way(progress, key, other.ways(), before);
        if (way != null) {
          return new Pick(key, way);
        }
      }
    }
    return null;
  }

  /** The shortest way of a key after which fewer than {@code before} must come. */
  private Way way(Progress progress, String key, List<Way> ways, int before) {
    Way best = null;
    for (Way way : ways) {
      if (way.value().isPossible()
          && needed(shape.with(progress, key, way.shows())) < before
          && (best == null || way.value().shortestLength() < best.value().shortestLength())) {
        best = way;
      }
    }
    return best;
  }

  /** The shortest way of a key that may come, and what must come behind it. */
  Way shortestWay(Progress progress, String key) {
    Way best = null;
    int length = Integer.MAX_VALUE;
    for (Way way : shape.ways(key)) {
      if (mayCome(progress, key, way)) {
        int sum = way.value().shortestLength() + length(shape.with(progress, key, way.shows()));
        if (best == null || sum < length) {
          best = way;
          length = sum;
        }
      }
    }
    return best;
  }
}
