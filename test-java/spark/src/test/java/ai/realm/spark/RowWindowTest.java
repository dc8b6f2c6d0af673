package ai.realm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

/** The rows of a partition on their way through a model that the test plays. */
class RowWindowTest {
  private final List<CompletableFuture<String>> started = new ArrayList<>();
  private final List<Integer> cancelled = new ArrayList<>();

  private PendingRow<String> start(String text) {
    if (text.isEmpty()) {
      throw new EngineException(ErrorCode.INVALID_ARGUMENT, "empty");
    }
    CompletableFuture<String> result = new CompletableFuture<>();
    int number = started.size();
    started.add(result);
    return new PendingRow<>(result, () -> cancelled.add(number));
  }

  private RowWindow<String> window(int rows, OnError onError, String... texts) {
    RealmOptions options = RealmOptions.of("a.gguf").window(rows).onError(onError);
    List<Row> all = Arrays.stream(texts).map(RowFactory::create).toList();
    return new RowWindow<>(all.iterator(), 0, options, this::start);
  }

  @Test
  void runsAsManyAsItMayAndKeepsTheirOrder() {
    RowWindow<String> window = window(3, OnError.FAIL, "a", "b", "c", "d");
    assertTrue(window.hasNext());
    assertEquals(3, started.size());
    started.get(2).complete("C");
    started.get(1).complete("B");
    started.get(0).complete("A");
    assertEquals(RowFactory.create("a", "A"), window.next());
    assertEquals(3, started.size());
    assertEquals(RowFactory.create("b", "B"), window.next());
    assertEquals(4, started.size());
    started.get(3).complete("D");
    assertEquals(RowFactory.create("c", "C"), window.next());
    assertEquals(RowFactory.create("d", "D"), window.next());
    assertFalse(window.hasNext());
    assertThrows(NoSuchElementException.class, window::next);
  }

  @Test
  void startsNothingForNull() {
    RowWindow<String> window = window(2, OnError.FAIL, new String[] {null});
    assertEquals(RowFactory.create(null, null), window.next());
    assertEquals(List.of(), started);
  }

  @Test
  void givesTheErrorOfARowAndFailsByThatOfTheModel() {
    RowWindow<String> window = window(9, OnError.NULL, "", "a", "b");
    assertEquals(RowFactory.create("", null, "INVALID_ARGUMENT: empty"), window.next());
    started
        .get(0)
        .completeExceptionally(new EngineException(ErrorCode.CONTEXT_OVERFLOW, "too long"));
    assertEquals(RowFactory.create("a", null, "CONTEXT_OVERFLOW: too long"), window.next());
    started.get(1).completeExceptionally(new EngineException(ErrorCode.OUT_OF_MEMORY, "no room"));
    EngineException failure = assertThrows(EngineException.class, window::next);
    assertEquals(ErrorCode.OUT_OF_MEMORY, failure.code());
    assertEquals("OUT_OF_MEMORY: no room", failure.getMessage());
    assertThrows(EngineException.class, () -> window(1, OnError.FAIL, "").next());
  }

  @Test
  void cancelsAllThatRuns() {
    RowWindow<String> window = window(2, OnError.FAIL, "a", "b", "c");
    assertTrue(window.hasNext());
    window.cancel();
    assertEquals(List.of(0, 1), cancelled);
    started.get(0).complete("A");
    window.next();
    assertTrue(window.hasNext());
    assertTrue(cancelled.contains(2), "the row that began after the cancel runs on");
  }

  @Test
  void anInterruptOfTheTaskCancelsItsRow() {
    RowWindow<String> window = window(1, OnError.NULL, "a");
    assertTrue(window.hasNext());
    Thread.currentThread().interrupt();
    EngineException failure = assertThrows(EngineException.class, window::next);
    assertTrue(Thread.interrupted());
    assertEquals(ErrorCode.ABORTED, failure.code());
    assertEquals(List.of(0), cancelled);
  }
}
