package ai.realm.host;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.LayerwiseModel;
import ai.realm.model.cache.Sequence;
import ai.realm.storage.Budget;
import ai.realm.storage.StoredModel;
import java.util.Arrays;

/** One sequence that a guest takes through a model's layers. Safe for all threads. */
final class Session {
  /**
   * States that go through a layer at a time: what a step needs is bounded, and others get turns.
   */
  private static final int STEP = 128;

  private final StoredModel model;
  private final LayerwiseModel layers;
  private final Budget memory;
  private final Sequence sequence;
  private long charged;
  private boolean closed;

  /**
   * An empty sequence.
   *
   * @param model taken over: closed with the session
   * @param layers its forward pass
   * @param contextLength positions that the sequence may have
   * @param memory what its KV cache counts against as it grows
   */
  Session(StoredModel model, LayerwiseModel layers, int contextLength, Budget memory) {
    this.model = model;
    this.layers = layers;
    this.memory = memory;
    this.sequence = layers.newSequence(contextLength);
  }

  /** Checks what can be checked without the hidden states; no number is negative. */
  void check(long layer, long values, long position) {
    if (layer >= layers.layers()) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "layer is " + layer + "; the model's layers are 0 to " + (layers.layers() - 1));
    }
    Sessions.checkStates(values, layers.width());
    long count = values / layers.width();
    if (position + count > sequence.capacity()) {
      throw new EngineException(
          ErrorCode.CONTEXT_OVERFLOW,
          count
              + " hidden states from position "
              + position
              + " on do not fit the session's context of "
              + sequence.capacity()
              + "; open a session with a longer one");
    }
  }

  /** See {@link LayerwiseModel#forwardLayer}; no number is negative. */
  synchronized void forward(long layer, float[] hidden, long position) {
    if (closed) {
      throw new EngineException(
          ErrorCode.SESSION_NOT_FOUND, "the session was closed meanwhile; open another");
    }
    check(layer, hidden.length, position);
    int count = hidden.length / layers.width();
    long more = Math.max(0, layers.cacheBytes((int) position + count) - charged);
    memory.take(more);
    boolean done = false;
    try {
      for (int from = 0; from < count; from += STEP) {
        step((int) layer, hidden, from, Math.min(STEP, count - from), (int) position + from);
      }
      done = true;
    } finally {
      if (done) {
        charged += more;
      } else {
        memory.giveBack(more);
      }
    }
  }

  private void step(int layer, float[] hidden, int from, int count, int position) {
    int at = from * layers.width();
    float[] states = Arrays.copyOfRange(hidden, at, at + count * layers.width());
    layers.forwardLayer(layer, states, count, position, sequence);
    System.arraycopy(states, 0, hidden, at, states.length);
  }

  /** Frees the KV cache, once no forward pass runs; a second call does nothing. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      sequence.close();
      memory.giveBack(charged);
      model.close();
    }
  }
}
