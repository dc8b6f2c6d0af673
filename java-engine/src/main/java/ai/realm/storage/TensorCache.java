package ai.realm.storage;

import ai.realm.gguf.TensorInfo;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Dequantized tensors of stored models, outside the heap, the least recently used out first.
 * Readers get copies, or what is as good, so nobody can change what others read. Safe for all
 * threads; a tensor that several ask for at once is dequantized once.
 */
public final class TensorCache {
  /** A tensor of more than this part of the bound is not kept: it would drive the others out. */
  private static final int PARTS = 4;

  private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

  private record Key(ContentHash model, String tensor) {}

  private final long bound;
  private final AtomicLong bytes = new AtomicLong();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /**
   * Null if nothing is kept. Its own bound by weight would not serve: it refuses a newcomer that
   * was asked for less often than what it would replace, as a tensor read ahead always is. So it
   * only keeps the order of use, as that of entries which never expire, and {@link #evict} keeps
   * the bound.
   */
  private final Cache<Key, CachedTensor> tensors;

  /**
   * An empty cache.
   *
   * @param bound bytes that it may keep; 0 keeps nothing, and then every read dequantizes
   */
  public TensorCache(long bound) {
    this.bound = bound;
    this.tensors =
        bound == 0
            ? null
            : Caffeine.newBuilder()
                .expireAfterAccess(NEVER)
                .executor(Runnable::run)
                .<Key, CachedTensor>removalListener((_, tensor, _) -> removed(tensor))
                .build();
  }

  /**
   * Writes values of a tensor. Where the tensor is kept, all of it is dequantized once, even for a
   * few values; where not, the blocks that hold them are.
   *
   * @param model its model, which the caller holds
   * @param first index of the first element
   * @param count how many elements, within the tensor
   * @param out receives them as little-endian f32 from byte {@code at} on
   */
  public void read(
      StoredModel model, TensorInfo tensor, long first, long count, MemorySegment out, long at) {
    if (!keeps(tensor)) {
      TensorValues.write(tensor, first, count, out, at);
      return;
    }
    CachedTensor cached = hold(model, tensor, true);
    try {
      cached.copy(first, count, out, at);
    } finally {
      cached.letGo();
    }
  }

  /**
   * All values of a tensor, little-endian f32, in memory that the caller may change: nobody else
   * sees what it writes. Where the tensor is kept and the system can, no value is copied until it
   * is changed.
   *
   * @param model its model, which the caller holds
   * @param owner the memory is the caller's until it is closed
   */
  public MemorySegment view(StoredModel model, TensorInfo tensor, Arena owner) {
    if (!keeps(tensor)) {
      MemorySegment values = owner.allocate(CachedTensor.bytes(tensor), Float.BYTES);
      TensorValues.write(tensor, 0, tensor.elements(), values, 0);
      return values;
    }
    CachedTensor cached = hold(model, tensor, true);
    try {
      return cached.view(owner);
    } finally {
      cached.letGo();
    }
  }

  /** Reads that found their tensor. */
  public long hits() {
    return hits.sum();
  }

  /** Reads that had to dequantize a tensor, which was kept. */
  public long misses() {
    return misses.sum();
  }

  /** Bytes that it keeps. */
  public long bytes() {
    return bytes.get();
  }

  /** Bytes that it may keep. */
  long bound() {
    return bound;
  }

  /** Whether the tensor is kept once it is read: it takes at most a quarter of the bound. */
  boolean keeps(TensorInfo tensor) {
    return CachedTensor.bytes(tensor) <= bound / PARTS;
  }

  /** Dequantizes a tensor that is kept, if it is not there, ahead of its being read. */
  void readAhead(StoredModel model, TensorInfo tensor) {
    hold(model, tensor, false).letGo();
  }

  /** Drops the tensors of a model. */
  void drop(ContentHash model) {
    if (tensors != null) {
      Set<Key> keys = tensors.asMap().keySet();
      keys.removeIf(key -> key.model.equals(model));
    }
  }

  private CachedTensor hold(StoredModel model, TensorInfo tensor, boolean counted) {
    Key key = new Key(model.hash(), tensor.name());
    CachedTensor[] made = {null};
    while (true) {
      CachedTensor found = tensors.get(key, _ -> made[0] = dequantize(tensor));
      if (found == made[0]) {
        if (counted) {
          misses.increment();
        }
        evict();
        return found;
      }
      if (found.hold()) { // Else it was evicted between the two.
        if (counted) {
          hits.increment();
        }
        return found;
      }
    }
  }

  /** Held by the cache and by the caller. */
  private CachedTensor dequantize(TensorInfo tensor) {
    CachedTensor made = new CachedTensor(tensor);
    made.hold();
    bytes.addAndGet(made.bytes());
    return made;
  }

  private synchronized void evict() {
    while (bytes.get() > bound) {
      Set<Key> oldest = tensors.policy().expireAfterAccess().orElseThrow().oldest(1).keySet();
      if (oldest.isEmpty()) {
        return; // What is on top is being made by another thread, which evicts then.
      }
      tensors.invalidateAll(oldest);
    }
  }

  private void removed(CachedTensor tensor) {
    bytes.addAndGet(-tensor.bytes());
    tensor.letGo();
  }
}
