package ai.realm.bridge.javet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.bridge.EventSink;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  private final AtomicInteger wakes = new AtomicInteger();
  private final EventQueue queue = new EventQueue(wakes::incrementAndGet);

  @Test
  void joinsTextsAndKeepsTheOrderOfAJob() {
    queue.add(1);
    queue.push(1, EventSink.TEXT, "a ");
    queue.push(1, EventSink.TEXT, "b");
    queue.push(1, EventSink.PROGRESS, "{}");
    queue.push(1, EventSink.TEXT, "c");
    queue.push(1, EventSink.RESULT, "{\"x\":1}");
    assertEquals("1 1 3 a b1 4 2 {}1 1 1 c1 2 7 {\"x\":1}", queue.take());
    assertEquals("", queue.take());
  }

  @Test
  void keepsTheNewestProgressOnly() {
    queue.add(7);
    queue.push(7, EventSink.TEXT, "a");
    queue.push(7, EventSink.PROGRESS, "{\"n\":1}");
    queue.push(7, EventSink.TEXT, "b");
    queue.push(7, EventSink.PROGRESS, "{\"n\":2}");
    assertEquals("7 1 2 ab7 4 7 {\"n\":2}", queue.take());
  }

  @Test
  void countsUtf16Units() {
    queue.add(1);
    queue.push(1, EventSink.TEXT, "\uD83D\uDE00\n\0");
    assertEquals("1 1 4 \uD83D\uDE00\n\0", queue.take());
  }

  @Test
  void wakesOnceUntilTheEventsAreTaken() {
    queue.add(1);
    queue.add(2);
    queue.push(1, EventSink.TEXT, "a");
    queue.push(2, EventSink.TEXT, "b");
    assertEquals(1, wakes.get());
    assertEquals("1 1 1 a2 1 1 b", queue.take());
    queue.push(2, EventSink.TEXT, "c");
    assertEquals(2, wakes.get());
  }

  @Test
  void dropsWhatComesForNobody() {
    assertFalse(queue.push(1, EventSink.TEXT, "of a job that never began"));
    queue.add(1);
    assertTrue(queue.push(1, EventSink.ERROR, "{}"));
    assertFalse(queue.push(1, EventSink.TEXT, "after the end"));
    queue.take();
    assertFalse(queue.push(1, EventSink.TEXT, "after the end was taken"));
    queue.add(2);
    queue.remove(2);
    assertFalse(queue.push(2, EventSink.TEXT, "of a job that was taken back"));
    assertEquals("", queue.take());
  }

  @Test
  void tellsWhichJobsWereOpenWhenItCloses() {
    queue.add(1);
    queue.add(2);
    queue.push(1, EventSink.RESULT, "{}");
    queue.take();
    queue.add(3);
    assertEquals(Set.of(2L, 3L), queue.close());
    assertFalse(queue.push(2, EventSink.TEXT, "late"));
  }
}
