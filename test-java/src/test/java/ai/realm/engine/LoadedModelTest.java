package ai.realm.engine;

import static ai.realm.engine.EngineFixture.await;
import static ai.realm.engine.EngineFixture.greedy;
import static ai.realm.engine.EngineFixture.loaded;
import static ai.realm.engine.EngineFixture.prompt;
import static ai.realm.engine.EngineFixture.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeModel;
import ai.realm.fixture.FakeTokenizer;
import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.Gguf;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadedModelTest {

  @Test
  void closeRefusesNewWorkWaitsForTheRunningAndFreesOnce() throws InterruptedException {
    FakeModel fake = FakeModel.noise();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    fake.hook =
        step -> {
          begun.countDown();
          await(free);
        };
    AtomicBoolean unmapped = new AtomicBoolean();
    Gguf gguf = Gguf.of(MemorySegment.ofArray(new GgufWriter().bytes()), () -> unmapped.set(true));
    LoadedModel model =
        new LoadedModel(new ModelFile("fake", gguf, new FakeTokenizer()), fake, 100);
    Recorder recorder = new Recorder();
    start(model, prompt(10, 0), greedy(20), recorder);
    await(begun);
    List<Thread> closing =
        List.of(Thread.ofPlatform().start(model::close), Thread.ofPlatform().start(model::close));
    EngineException error = null;
    while (error == null) {
      try {
        model.lease().close();
      } catch (EngineException refused) {
        error = refused;
      }
    }
    assertEquals(ErrorCode.DISPOSED, error.code());
    assertFalse(fake.closed.get());
    assertFalse(unmapped.get());
    free.countDown();
    assertEquals(20, recorder.result().tokens().length);
    for (Thread thread : closing) {
      thread.join();
    }
    assertTrue(fake.closed.get());
    assertTrue(unmapped.get());
    model.close();
    assertThrows(EngineException.class, model::lease);
  }

  @Test
  void anOpenLeaseHoldsTheModelAndItsWorkMayStillStart() throws InterruptedException {
    FakeModel fake = FakeModel.noise();
    LoadedModel model = loaded(fake, 100);
    ModelLease lease = model.lease();
    Thread closing = Thread.ofPlatform().start(model::close);
    boolean refused = false;
    while (!refused) {
      try {
        model.lease().close();
      } catch (EngineException disposed) {
        refused = true;
      }
    }
    Recorder recorder = new Recorder();
    lease.generate(prompt(3, 0), greedy(5), recorder);
    assertEquals(5, recorder.result().tokens().length);
    closing.join();
    assertTrue(fake.closed.get());
  }

  @Test
  void aListenerThatClosesTheModelIsToldSoInsteadOfWaitingForItself() {
    LoadedModel model = loaded(FakeModel.noise(), 100);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Recorder recorder =
        new Recorder(piece -> {
          thrown.set(assertThrows(IllegalStateException.class, model::close));
          return true;
        });
    start(model, prompt(3, 0), greedy(1), recorder);
    recorder.result();
    assertEquals(IllegalStateException.class, thrown.get().getClass());
    model.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 2049})
  void aContextThatTheModelCannotHaveIsRefused(int contextLength) {
    EngineException error =
        assertThrows(EngineException.class, () -> loaded(FakeModel.noise(), contextLength));
    assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
    assertTrue(error.getMessage().contains("2048"), error.getMessage());
  }
}
