package ai.realm.constraint;

import ai.realm.constraint.Until.Marker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Looks for several markers in a text at once: a state is the longest end of what was read that a
 * marker may begin with. Source: A. Aho, M. Corasick, Efficient String Matching, 1975.
 */
final class MarkerStates {
  /** Nothing that a marker begins with has been read. */
  static final int ROOT = 0;

  /** By state and byte, the next one. */
  private final List<int[]> next = new ArrayList<>();

  /** By state: what was read of a marker. */
  private final List<byte[]> paths = new ArrayList<>();

  /** By state: the longest marker that ends there, or null. */
  private final List<Marker> complete = new ArrayList<>();

  /** By state: whether it goes on to a marker with something behind it. */
  private final List<Boolean> leads = new ArrayList<>();

  /** Those of some markers, none of them empty. */
  MarkerStates(List<Marker> markers) {
    build(markers);
  }

  private int node(byte[] path) {
    int[] row = new int[256];
    Arrays.fill(row, -1);
    next.add(row);
    paths.add(path);
    complete.add(null);
    leads.add(false);
    return next.size() - 1;
  }

  private void build(List<Marker> markers) {
    node(new byte[0]);
    for (Marker marker : markers) {
      int at = ROOT;
      for (int i = 0; i < marker.bytes().length; i++) {
        int b = marker.bytes()[i] & 0xFF;
        if (next.get(at)[b] < 0) {
          next.get(at)[b] = node(Arrays.copyOf(marker.bytes(), i + 1));
        }
        leads.set(at, leads.get(at) || marker.behind() != null);
        at = next.get(at)[b];
      }
      complete.set(at, complete.get(at) == null ? marker : complete.get(at));
    }
    int[] fail = new int[next.size()];
    Deque<Integer> open = new ArrayDeque<>(List.of(ROOT));
    while (!open.isEmpty()) {
      int at = open.poll();
      int[] row = next.get(at);
      for (int b = 0; b < 256; b++) {
        int fallen = at == ROOT ? ROOT : next.get(fail[at])[b];
        if (row[b] < 0) {
          row[b] = fallen;
          continue;
        }
        fail[row[b]] = fallen;
        if (complete.get(row[b]) == null) {
          complete.set(row[b], complete.get(fallen));
        }
        open.add(row[b]);
      }
    }
  }

  /** The state behind a byte, from 0 to 255. */
  int next(int state, int b) {
    return next.get(state)[b];
  }

  /** The bytes that lead to a state, and no shorter ones do. */
  byte[] path(int state) {
    return paths.get(state);
  }

  /** How many these are. */
  int depth(int state) {
    return paths.get(state).length;
  }

  /** The longest marker that ends at a state, or null. */
  Marker complete(int state) {
    return complete.get(state);
  }

  /** Whether a state goes on to a marker with something behind it. */
  boolean leads(int state) {
    return leads.get(state);
  }
}
