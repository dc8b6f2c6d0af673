package ai.realm.host;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.LayerwiseModel;
import ai.realm.storage.Budget;
import ai.realm.storage.ModelStore;
import ai.realm.storage.StoredModel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A tenant's forward passes, layer by layer: embedding, layers of a session, logits. A hidden state
 * is {@link #width} values of f32. Safe for all threads.
 */
public final class Sessions {
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Tokens that are embedded at a time. */
  private static final int EMBEDDED = 64;

  private record Open(int model, Session session) {}

  private final Host host;
  private final ModelStore models;
  private final Budget count;
  private final Budget tokens;
  private final Budget memory;
  private final Map<Integer, Open> open = new HashMap<>();
  private int last;
  private boolean closed;

  Sessions(Host host, ModelStore models, Budget count, Budget tokens, Budget memory) {
    this.host = host;
    this.models = models;
    this.count = count;
    this.tokens = tokens;
    this.memory = memory;
  }

  /**
   * Values of a model's hidden states.
   *
   * @throws EngineException {@code MODEL_NOT_FOUND}, or as {@link ai.realm.model.Models#open}
   */
  public int width(int model) {
    try (StoredModel lease = models.lease(model)) {
      return host.runtime(lease).layers().width();
    }
  }

  /**
   * Tokens in a model's vocabulary.
   *
   * @throws EngineException as {@link #width(int)}
   */
  public int vocabulary(int model) {
    try (StoredModel lease = models.lease(model)) {
      return host.runtime(lease).layers().vocabularySize();
    }
  }

  /**
   * What enters layer 0.
   *
   * @param ids tokens
   * @param out receives a hidden state for each
   * @throws EngineException as {@link #width(int)}, and {@code TOKEN_OUT_OF_RANGE}; then nothing
   *     was written
   */
  public void embed(int model, int[] ids, MemorySegment out) {
    try (StoredModel lease = models.lease(model)) {
      LayerwiseModel layers = host.runtime(lease).layers();
      for (int id : ids) {
        if (id < 0 || id >= layers.vocabularySize()) {
          throw new EngineException(
              ErrorCode.TOKEN_OUT_OF_RANGE,
              "token id "
                  + Integer.toUnsignedString(id)
                  + " is outside the vocabulary; ids are 0 to "
                  + (layers.vocabularySize() - 1));
        }
      }
      float[] hidden = new float[Math.min(EMBEDDED, ids.length) * layers.width()];
      for (int from = 0; from < ids.length; from += EMBEDDED) {
        int now = Math.min(EMBEDDED, ids.length - from);
        layers.embed(ids, from, now, hidden);
        long at = (long) from * layers.width() * Float.BYTES;
        MemorySegment.copy(hidden, 0, out, F32, at, now * layers.width());
      }
    }
  }

  /**
   * Opens a session, which keeps its model until it is closed.
   *
   * @param contextLength positions that it may have
   * @return its id, 1 or more, which is never given out again
   * @throws EngineException as {@link #width(int)}, {@code INVALID_ARGUMENT} if the model was not
   *     trained for that many positions, {@code QUOTA_EXCEEDED}
   */
  public int open(int model, long contextLength) {
    count.take(1);
    Session session = null;
    try {
      session = newSession(model, contextLength);
      return add(model, session);
    } catch (Throwable failure) {
      if (session != null) {
        session.close();
      }
      count.giveBack(1);
      throw failure;
    }
  }

  /**
   * Checks a forward pass before its input is read.
   *
   * @param layer unsigned
   * @param values of all hidden states, unsigned
   * @param position of the first, unsigned
   * @throws EngineException as {@link #forward}
   */
  public void checkForward(int session, int layer, int values, int position) {
    require(session)
        .check(
            Integer.toUnsignedLong(layer),
            Integer.toUnsignedLong(values),
            Integer.toUnsignedLong(position));
  }

  /**
   * Takes hidden states through one layer.
   *
   * @param layer unsigned
   * @param hidden one state or more, which those after the layer replace
   * @param position of the first, unsigned; at most as many as the session holds at this layer
   * @throws EngineException {@code SESSION_NOT_FOUND}, {@code INVALID_ARGUMENT} for a layer that
   *     the model does not have, values that are no whole states, a position that leaves a gap, or
   *     one (but 0) before which a sliding window has lost what it saw, {@code CONTEXT_OVERFLOW},
   *     {@code QUOTA_EXCEEDED} for memory
   */
  public void forward(int session, int layer, float[] hidden, int position) {
    require(session)
        .forward(Integer.toUnsignedLong(layer), hidden, Integer.toUnsignedLong(position));
  }

  /**
   * The logits after a hidden state, which count as one generated token.
   *
   * @param hidden as it left the last layer
   * @throws EngineException as {@link #width(int)}, and {@code QUOTA_EXCEEDED}
   */
  public float[] logits(int model, float[] hidden) {
    try (StoredModel lease = models.lease(model)) {
      LayerwiseModel layers = host.runtime(lease).layers();
      tokens.take(1);
      boolean done = false;
      try {
        float[] logits = new float[layers.vocabularySize()];
        layers.logits(hidden, 0, logits);
        done = true;
        return logits;
      } finally {
        if (!done) {
          tokens.giveBack(1);
        }
      }
    }
  }

  /**
   * Checks that {@code values} are one hidden state of {@code width} values or more.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}
   */
  public static void checkStates(long values, int width) {
    if (values == 0 || values % width != 0) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "there are "
              + values
              + " hidden values; a hidden state has "
              + width
              + ", and one or more of them are expected");
    }
  }

  /**
   * Ends a session, once no forward pass of it runs.
   *
   * @return the id of its model
   * @throws EngineException {@code SESSION_NOT_FOUND}
   */
  int close(int session) {
    Open ended;
    synchronized (this) {
      require(session);
      ended = open.remove(session);
    }
    end(ended);
    return ended.model;
  }

  /** Ends all sessions; none can be opened from then on. */
  void close() {
    List<Open> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(open.values());
      open.clear();
    }
    all.forEach(this::end);
  }

  private void end(Open ended) {
    ended.session.close();
    count.giveBack(1);
  }

  private Session newSession(int model, long contextLength) {
    StoredModel lease = models.lease(model);
    try {
      LayerwiseModel layers = host.runtime(lease).layers();
      if (contextLength < 1 || contextLength > layers.trainedContext()) {
        throw new EngineException(
            ErrorCode.INVALID_ARGUMENT,
            "the context length is "
                + contextLength
                + "; the model was trained for "
                + layers.trainedContext()
                + ": give 1 to that");
      }
      return new Session(lease, layers, (int) contextLength, memory);
    } catch (Throwable failure) {
      lease.close();
      throw failure;
    }
  }

  private synchronized int add(int model, Session session) {
    if (closed) {
      throw new EngineException(
          ErrorCode.DISPOSED, "the guest was closed; no session can be opened any more");
    }
    last = Math.incrementExact(last);
    open.put(last, new Open(model, session));
    return last;
  }

  private synchronized Session require(int session) {
    Open found = open.get(session);
    if (found == null) {
      throw new EngineException(
          ErrorCode.SESSION_NOT_FOUND,
          "there is no session "
              + Integer.toUnsignedString(session)
              + "; open one, and do not use it once it is closed");
    }
    return found.session;
  }
}
