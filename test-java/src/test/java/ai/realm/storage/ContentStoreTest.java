package ai.realm.storage;

import static ai.realm.storage.StoreFixture.NO_CACHE;
import static ai.realm.storage.StoreFixture.assertCode;
import static ai.realm.storage.StoreFixture.model;
import static ai.realm.storage.StoreFixture.segment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.Gguf;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentStoreTest {
  private final ContentStore store = new ContentStore(1 << 20, NO_CACHE);

  @TempDir Path folder;

  private static MemorySegment data(StoredModel model) {
    return model.gguf().tensor("x").orElseThrow().data();
  }

  @Test
  void copiesABufferOutOfTheCallersMemory() {
    byte[] bytes = model(1, 2, 3);
    try (StoredModel stored = store.store(segment(bytes))) {
      Arrays.fill(bytes, (byte) 0);
      assertEquals(2, data(stored).get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4));
      assertTrue(data(stored).isNative());
      assertEquals(bytes.length, stored.bytes());
      assertEquals(bytes.length, store.copiedBytes());
    }
  }

  @Test
  void keepsTheSameContentOnce() {
    byte[] bytes = model(1, 2, 3);
    try (StoredModel first = store.store(segment(bytes));
        StoredModel second = store.store(segment(bytes.clone()));
        StoredModel other = store.store(segment(model(3, 2, 1)))) {
      assertSame(first.gguf(), second.gguf());
      assertNotSame(first.gguf(), other.gguf());
      assertEquals(2, store.size());
      assertEquals(2L * bytes.length, store.copiedBytes());
    }
  }

  @Test
  void knowsTheSameContentInAFileAndInABuffer() throws IOException {
    byte[] bytes = model(1, 2, 3);
    Path path = Files.write(folder.resolve("model.gguf"), bytes);
    try (StoredModel mapped = store.store(path);
        StoredModel copied = store.store(segment(bytes))) {
      assertSame(mapped.gguf(), copied.gguf());
      assertEquals(0, store.copiedBytes());
    }
  }

  @Test
  void hashesTheWholeFile() {
    // Python's hashlib gave the number.
    byte[] bytes = new GgufWriter().string("general.name", "a").bytes();
    try (StoredModel stored = store.store(segment(bytes))) {
      assertEquals(
          "5eaf4c83ea7a585769c84064b9b1f3112962b6d32ab5193090777b98257daaf0",
          stored.hash().sha256());
    }
  }

  @Test
  void hashesAllPartsOfASplitModel() {
    byte[] first = part(0, 1);
    part(1, 2);
    Path path = folder.resolve("m-00001-of-00002.gguf");
    ContentHash before;
    try (StoredModel stored = store.store(path)) {
      before = stored.hash();
      assertTrue(stored.bytes() > first.length);
    }
    part(1, 3);
    try (StoredModel stored = store.store(path)) {
      assertNotEquals(before, stored.hash());
    }
  }

  private byte[] part(int number, float value) {
    GgufWriter writer =
        new GgufWriter()
            .uint16("split.no", number)
            .uint16("split.count", 2)
            .int32("split.tensors.count", 2)
            .tensor("t" + number, new long[] {1}, value);
    writer.write(folder.resolve("m-0000" + (number + 1) + "-of-00002.gguf"));
    return writer.bytes();
  }

  @Test
  void freesAModelWhenTheLastHoldEnds() {
    StoredModel first = store.store(segment(model(1, 2, 3)));
    StoredModel second = first.lease();
    MemorySegment data = data(first);
    first.close();
    first.close();
    assertEquals(3, data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 8));
    assertEquals(1, store.size());
    second.close();
    assertEquals(0, store.size());
    assertEquals(0, store.copiedBytes());
    assertThrows(IllegalStateException.class, () -> data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 8));
    assertThrows(IllegalStateException.class, second::lease);
  }

  @Test
  void keepsNothingOfWhatIsNoModel() throws IOException {
    byte[] bytes = model(1, 2, 3);
    bytes[0] = 'X';
    assertCode(ErrorCode.GGUF_INVALID, "GGUF", () -> store.store(segment(bytes)));
    Path path = Files.write(folder.resolve("model.gguf"), bytes);
    assertCode(ErrorCode.GGUF_INVALID, "model.gguf", () -> store.store(path));
    assertCode(ErrorCode.FILE_NOT_FOUND, "none", () -> store.store(folder.resolve("none")));
    assertEquals(0, store.size());
    assertEquals(0, store.copiedBytes());
  }

  @Test
  void takesNoMoreCopiesThanItsLimit() throws IOException {
    byte[] bytes = model(1, 2, 3);
    ContentStore small = new ContentStore(bytes.length + 1, NO_CACHE);
    try (StoredModel fits = small.store(segment(bytes))) {
      byte[] other = model(3, 2, 1);
      assertCode(
          ErrorCode.OUT_OF_MEMORY,
          "room for 1 of its " + (bytes.length + 1),
          () -> small.store(segment(other)));
      assertEquals(bytes.length, small.copiedBytes());
      // A file is mapped: it takes no room.
      small.store(Files.write(folder.resolve("model.gguf"), other)).close();
      assertEquals(1, small.size());
      assertEquals(bytes.length, fits.bytes());
    }
    small.store(segment(model(3, 2, 1))).close();
  }

  @Test
  void makesAPartOnceAndClosesItBeforeTheMemoryGoes() {
    record Sum(float value, List<String> events, MemorySegment data) implements StoredModel.Part {
      @Override
      public void close() {
        events.add("closed while x[0] is " + data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0));
      }
    }
    List<String> events = new ArrayList<>();
    try (StoredModel first = store.store(segment(model(7, 2)));
        StoredModel second = first.lease()) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              first.part(
                  Sum.class,
                  _ -> {
                    throw new IllegalArgumentException("not yet");
                  }));
      Sum made = first.part(Sum.class, _ -> new Sum(9, events, data(first)));
      assertSame(made, second.part(Sum.class, _ -> new Sum(0, events, data(first))));
      assertEquals(List.of(), events);
    }
    assertEquals(List.of("closed while x[0] is 7.0"), events);
  }

  @Test
  void adoptsAModelThatIsOpenElsewhere() {
    AtomicInteger released = new AtomicInteger();
    Gguf gguf = Gguf.of(segment(model(1, 2, 3)), () -> {});
    try (StoredModel adopted = store.adopt(gguf, released::incrementAndGet)) {
      assertSame(gguf, adopted.gguf());
      // The same model again: one is enough.
      try (StoredModel same = store.adopt(gguf, () -> released.addAndGet(10))) {
        assertSame(gguf, same.gguf());
        assertEquals(10, released.get());
        assertEquals(1, store.size());
      }
    }
    assertEquals(11, released.get());
  }

  @Test
  void sharesAnAdoptedModelWithNobodyWhoHasTheSameContent() {
    AtomicInteger released = new AtomicInteger();
    byte[] bytes = model(1, 2, 3);
    Gguf gguf = Gguf.of(segment(bytes), () -> {});
    StoredModel adopted = store.adopt(gguf, released::incrementAndGet);
    try (StoredModel stored = store.store(segment(bytes));
        StoredModel other = store.adopt(Gguf.of(segment(bytes), () -> {}), () -> {})) {
      assertEquals(adopted.hash(), stored.hash());
      assertEquals(3, store.size());
      adopted.close();
      assertEquals(1, released.get());
      assertEquals(2, data(stored).get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4));
      assertNotSame(stored.gguf(), other.gguf());
    }
    assertEquals(0, store.size());
  }

  @Test
  void keepsDequantizedTensorsUntilTheLastModelOfTheContentGoes() {
    TensorCache cache = new TensorCache(1 << 20);
    ContentStore contents = new ContentStore(1 << 20, cache);
    byte[] bytes = model(1, 2, 3);
    StoredModel adopted = contents.adopt(Gguf.of(segment(bytes), () -> {}), () -> {});
    try (StoredModel stored = contents.store(segment(bytes))) {
      cache.readAhead(adopted, adopted.gguf().tensor("x").orElseThrow());
      adopted.close();
      assertTrue(cache.bytes() > 0);
      cache.read(stored, stored.gguf().tensor("x").orElseThrow(), 0, 3, segment(new byte[12]), 0);
      assertEquals(1, cache.hits());
    }
    assertEquals(0, cache.bytes());
  }

  @Test
  void servesManyThreads() throws Exception {
    byte[] bytes = model(1, 2, 3);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        all.add(
            threads.submit(() -> {
              for (int i = 0; i < 200; i++) {
                StoredModel stored = store.store(segment(bytes));
                try (StoredModel lease = stored.lease()) {
                  stored.close();
                  assertEquals(2, data(lease).get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4));
                }
              }
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertEquals(0, store.size());
    assertEquals(0, store.copiedBytes());
  }
}
