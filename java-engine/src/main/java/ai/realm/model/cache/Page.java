package ai.realm.model.cache;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@link ai.realm.kernels.KvLayer#PAGE} positions of the layers of a group, or the states of all
 * recurrent layers behind one token, in memory of its own. Who holds it and what it is known by is
 * the pool's, under its lock.
 */
final class Page {
  private final int kind;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;

  /** Sequences that have it. */
  private int holders;

  /** The tokens up to its end, where others may find it; null where they may not. */
  private Prefix prefix;

  Page(int kind, long bytes) {
    this.kind = kind;
    this.memory = arena.allocate(bytes, 64);
  }

  int kind() {
    return kind;
  }

  MemorySegment memory() {
    return memory;
  }

  int holders() {
    return holders;
  }

  /** One holder more; returns how many there were. */
  int hold() {
    return holders++;
  }

  /** One holder less; returns how many are left. */
  int letGo() {
    return --holders;
  }

  Prefix prefix() {
    return prefix;
  }

  void knownBy(Prefix tokens) {
    prefix = tokens;
  }

  /** Whether nobody but its one holder reads it, now or later: only then it may be written. */
  boolean isPrivate() {
    return holders == 1 && prefix == null;
  }

  void free() {
    arena.close();
  }
}
