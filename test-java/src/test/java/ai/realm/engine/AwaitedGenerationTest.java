package ai.realm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AwaitedGenerationTest {
  private static final int[] PROMPT = {'a', 'b'};

  private final FakeModel fake = FakeModel.answering(2, 'x', 'y', 'z');
  private final LoadedModel model = EngineFixture.loaded(fake, 32);

  /** Which waits until every lease was given back. */
  @AfterEach
  void close() {
    model.close();
  }

  private AwaitedGeneration start(int maxTokens) {
    return new AwaitedGeneration(model.lease(), PROMPT, EngineFixture.greedy(maxTokens));
  }

  private static void assertAborted(Runnable call) {
    EngineException error = assertThrows(EngineException.class, call::run);
    assertEquals(ErrorCode.ABORTED, error.code());
  }

  @Test
  void givesThePiecesToTheWaitingThreadAndThenTheResult() {
    List<String> pieces = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    AwaitedGeneration generation = start(3);
    GenerationResult result =
        generation.await(piece -> {
          threads.add(Thread.currentThread());
          return pieces.add(piece);
        });
    assertEquals(List.of("x", "y", "z"), pieces);
    assertEquals(List.of(Thread.currentThread()), threads.stream().distinct().toList());
    assertEquals("xyz", result.text());
    assertEquals(3, generation.generated());
  }

  @Test
  void endsWhereNoMoreIsWanted() {
    List<String> pieces = new ArrayList<>();
    AwaitedGeneration generation = start(20);
    assertAborted(() ->
        generation.await(piece -> {
          pieces.add(piece);
          return pieces.size() < 2;
        }));
    assertEquals(List.of("x", "y"), pieces);
    assertTrue(generation.generated() >= 2);
  }

  @Test
  void isAbortedEvenIfTheLastPieceIsTheOneThatIsNotWanted() {
    AwaitedGeneration generation = start(1);
    assertAborted(() -> generation.await(_ -> false));
    assertEquals(1, generation.generated());
  }

  @Test
  void throwsWhatTheTakerOfThePiecesThrowsOnceItHasEnded() {
    IllegalStateException thrown = new IllegalStateException("the guest trapped");
    AwaitedGeneration generation = start(20);
    assertSame(
        thrown,
        assertThrows(
            IllegalStateException.class,
            () ->
                generation.await(_ -> {
                  throw thrown;
                })));
    assertEquals(0, fake.openCaches.get());
    AssertionError error = new AssertionError("worse");
    assertSame(
        error,
        assertThrows(
            AssertionError.class,
            () ->
                start(20)
                    .await(_ -> {
                      throw error;
                    })));
  }

  @Test
  void throwsWhatTheModelFailsWith() {
    EngineException failure = new EngineException(ErrorCode.OUT_OF_MEMORY, "none left");
    fake.hook =
        step -> {
          if (step.held() > 0) {
            throw failure;
          }
        };
    AwaitedGeneration generation = start(3);
    assertSame(failure, assertThrows(EngineException.class, () -> generation.await(_ -> true)));
    assertEquals(0, generation.generated());
  }

  @Test
  void isCancelledFromAnotherThread() throws InterruptedException {
    CountDownLatch cancelled = new CountDownLatch(1);
    fake.hook =
        step -> {
          if (step.held() > 0) {
            EngineFixture.await(cancelled);
          }
        };
    AwaitedGeneration generation = start(3);
    Thread other =
        new Thread(() -> {
          generation.cancel();
          cancelled.countDown();
        });
    other.start();
    assertAborted(() -> generation.await(_ -> true));
    other.join();
  }

  @Test
  void isCancelledByAnInterruptWhichStaysSet() {
    fake.hook =
        step -> {
          while (!step.cancellation().requested()) {
            Thread.onSpinWait();
          }
        };
    AwaitedGeneration generation = start(20);
    Thread.currentThread().interrupt();
    assertAborted(() -> generation.await(_ -> true));
    assertTrue(Thread.interrupted(), "still set, and cleared for the next test");
  }

  @Test
  void leavesTheLeaseOpenIfItDoesNotStart() {
    ModelLease lease = model.lease();
    assertThrows(
        EngineException.class,
        () -> new AwaitedGeneration(lease, new int[0], EngineFixture.greedy(1)));
    GenerationResult result =
        new AwaitedGeneration(lease, PROMPT, EngineFixture.greedy(1)).await(_ -> true);
    assertEquals("x", result.text());
  }
}
