package ai.realm.storage;

import static ai.realm.storage.StoreFixture.segment;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LayerPrefetchTest {
  private static final long ONE = 4L * 256;

  private final TensorCache cache = new TensorCache(64 * ONE);
  private final ContentStore contents = new ContentStore(1 << 20, cache);

  /** Tasks of the background thread, for the test to run. */
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  private final Prefetcher prefetcher = new Prefetcher(cache, tasks::add);

  /** {@code layers} layers of two tensors, an embedding and an output. */
  private static byte[] model(int layers) {
    GgufWriter writer =
        new GgufWriter().tensor("token_embd.weight", new long[] {256}, new float[256]);
    for (int i = 0; i < layers; i++) {
      writer.tensor("blk." + i + ".attn_q.weight", new long[] {256}, new float[256]);
      writer.tensor("blk." + i + ".ffn_up.weight", new long[] {256}, new float[256]);
    }
    return writer.tensor("output.weight", new long[] {256}, new float[256]).bytes();
  }

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private static TensorInfo tensor(StoredModel model, String name) {
    return model.gguf().tensor(name).orElseThrow();
  }

  private void read(StoredModel model, LayerPrefetch prefetch, String name) {
    TensorInfo tensor = tensor(model, name);
    prefetch.reading(tensor);
    cache.read(model, tensor, 0, 256, MemorySegment.ofArray(new float[256]), 0);
  }

  @Test
  void readsTheNextLayerAhead() {
    try (StoredModel model = contents.store(segment(model(3)));
        LayerPrefetch prefetch = prefetcher.follow(model)) {
      read(model, prefetch, "token_embd.weight");
      assertEquals(0, tasks.size());
      read(model, prefetch, "blk.0.attn_q.weight");
      read(model, prefetch, "blk.0.ffn_up.weight");
      assertEquals(1, tasks.size(), "once a layer");
      runTasks();
      assertEquals(3, cache.misses());
      read(model, prefetch, "blk.1.attn_q.weight");
      read(model, prefetch, "blk.1.ffn_up.weight");
      assertEquals(2, cache.hits());
      assertEquals(3, cache.misses());
      runTasks();
      assertEquals(7 * ONE, cache.bytes());
    }
    assertEquals(0, cache.bytes());
  }

  @Test
  void goesFromTheLastLayerToTheFirst() {
    try (StoredModel model = contents.store(segment(model(3)));
        LayerPrefetch prefetch = prefetcher.follow(model)) {
      read(model, prefetch, "blk.2.attn_q.weight");
      runTasks();
      read(model, prefetch, "blk.0.attn_q.weight");
      assertEquals(1, cache.hits());
    }
  }

  @Test
  void doesNothingForASingleLayer() {
    try (StoredModel model = contents.store(segment(model(1)));
        LayerPrefetch prefetch = prefetcher.follow(model)) {
      read(model, prefetch, "blk.0.attn_q.weight");
      assertEquals(0, tasks.size());
    }
  }

  @Test
  void leavesOutALayerThatWouldFillTheCache() {
    TensorCache small = new TensorCache(4 * ONE - 1);
    Prefetcher intoSmall = new Prefetcher(small, tasks::add);
    try (StoredModel model = contents.store(segment(model(3)));
        LayerPrefetch prefetch = intoSmall.follow(model)) {
      prefetch.reading(tensor(model, "blk.0.attn_q.weight"));
      assertEquals(0, tasks.size());
    }
  }

  @Test
  void stopsWhenItsReaderIsDone() {
    try (StoredModel model = contents.store(segment(model(3)))) {
      LayerPrefetch prefetch = prefetcher.follow(model);
      prefetch.reading(tensor(model, "blk.0.attn_q.weight"));
      prefetch.close();
      prefetch.reading(tensor(model, "blk.1.attn_q.weight"));
      assertEquals(1, tasks.size());
      runTasks();
      assertEquals(0, cache.bytes());
    }
    assertEquals(0, contents.size());
  }

  @Test
  void holdsTheModelWhileItReads() {
    StoredModel model = contents.store(segment(model(3)));
    LayerPrefetch prefetch = prefetcher.follow(model);
    prefetch.reading(tensor(model, "blk.0.attn_q.weight"));
    model.close();
    prefetch.close();
    assertEquals(1, contents.size());
    runTasks();
    assertEquals(0, contents.size());
    assertEquals(0, cache.bytes());
  }

  @Test
  void letsTheReaderDoItWhereTooManyWait() {
    Prefetcher full =
        new Prefetcher(
            cache,
            _ -> {
              throw new RejectedExecutionException();
            });
    try (StoredModel model = contents.store(segment(model(3)));
        LayerPrefetch prefetch = full.follow(model)) {
      read(model, prefetch, "blk.0.attn_q.weight");
      read(model, prefetch, "blk.1.attn_q.weight");
      assertEquals(2, cache.misses());
    }
    assertEquals(0, contents.size());
  }

  @Test
  void readsAheadOnAThreadOfItsOwn() throws InterruptedException {
    CountDownLatch freed = new CountDownLatch(1);
    record OnClose(CountDownLatch latch) implements StoredModel.Part {
      @Override
      public void close() {
        latch.countDown();
      }
    }
    StoredModel model = contents.store(segment(model(3)));
    model.part(OnClose.class, _ -> new OnClose(freed));
    LayerPrefetch prefetch = new Prefetcher(cache).follow(model);
    prefetch.reading(tensor(model, "blk.0.attn_q.weight"));
    prefetch.close();
    model.close();
    // The task, run or cancelled, gives its hold back.
    freed.await();
    assertEquals(0, contents.size());
  }
}
