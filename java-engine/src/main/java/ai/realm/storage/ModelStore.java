package ai.realm.storage;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.Gguf;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One tenant's models, by their ids: numbers from 1 to 2^31-1 that mean nothing to other tenants.
 * An id is there while it has references. A stored one counts against the tenant's budget: its
 * file's bytes, and what the host needs to know the file. Safe for all threads.
 */
public final class ModelStore implements AutoCloseable {

  /** Bytes that the host's objects for a model take, at most. */
  private static final long BOOKS = 4096;

  /** Bytes that those for a key or a tensor take, at most. */
  private static final long BOOKS_ENTRY = 512;

  private static final class Entry {
    final StoredModel model;
    final long charged;
    final boolean apart;
    int references = 1;

    Entry(StoredModel model, long charged, boolean apart) {
      this.model = model;
      this.charged = charged;
      this.apart = apart;
    }

    /** Whether {@code other}, to be added so, can be another reference to the same id. */
    boolean takes(StoredModel other, boolean addedApart) {
      return apart || addedApart ? model.shares(other) : model.hash().equals(other.hash());
    }
  }

  private final ContentStore contents;
  private final Budget budget;
  private final Map<Integer, Entry> entries = new HashMap<>();
  private boolean closed;

  /** No models; what is stored goes to {@code contents}. */
  public ModelStore(ContentStore contents, Budget budget) {
    this.contents = contents;
    this.budget = budget;
  }

  /**
   * Stores a model from memory, of which it makes a copy unless the content is stored already. The
   * same content under the same id gives the id a second reference.
   *
   * @param id the wanted id; 0 derives it from the content: the hash folded to 1..2^31-1, or where
   *     that holds another model, the next id that does not
   * @return the id
   * @throws EngineException {@code MODEL_ID_CONFLICT} if the id holds another model, {@code
   *     INVALID_ARGUMENT} for a negative one, {@code QUOTA_EXCEEDED}, {@code OUT_OF_MEMORY}, or as
   *     {@link Gguf#of}; then nothing has changed
   */
  public int store(MemorySegment bytes, int id) {
    checkWanted(id);
    // Before a copy is made. What is left is asked for afterwards: a second reference needs none.
    budget.checkEver(bytes.byteSize());
    StoredModel model = contents.store(bytes);
    return add(model, id, charge(model), false);
  }

  /**
   * Stores a model from a file, which is mapped; of a split model the first.
   *
   * @throws EngineException as {@link #store(MemorySegment, int)}, and as {@link Gguf#open}
   */
  public int store(Path path, int id) {
    checkWanted(id);
    StoredModel model = contents.store(path);
    return add(model, id, charge(model), false);
  }

  /**
   * Adds a model that the host gives; it does not count against the budget.
   *
   * @param model taken over: closed when its id is gone, or if this call throws
   * @param id as for {@link #store(MemorySegment, int)}
   * @return the id
   * @throws EngineException {@code MODEL_ID_CONFLICT} or {@code INVALID_ARGUMENT}
   */
  public int add(StoredModel model, int id) {
    return add(model, id, 0, false);
  }

  /**
   * Adds a model under an id of its own: who stores the same content gets another one, and does not
   * hold this model by it.
   *
   * @param model taken over, as by {@link #add(StoredModel, int)}
   * @return the id, derived as for {@link #store(MemorySegment, int)}; the same one for the same
   *     model, with another reference
   */
  public int addApart(StoredModel model) {
    return add(model, 0, 0, true);
  }

  /**
   * A hold on the model under {@code id}, to be closed.
   *
   * @throws EngineException {@code MODEL_NOT_FOUND}
   */
  public synchronized StoredModel lease(int id) {
    return require(id).model.lease();
  }

  /**
   * Drops a reference to {@code id}; with the last one the id is gone. Those who hold the model
   * keep it.
   *
   * @throws EngineException {@code MODEL_NOT_FOUND}
   */
  public void remove(int id) {
    Entry entry;
    synchronized (this) {
      entry = require(id);
      entry.references--;
      if (entry.references > 0) {
        return;
      }
      entries.remove(id);
    }
    letGo(entry);
  }

  /** Drops all ids; nothing can be stored from then on. */
  @Override
  public void close() {
    List<Entry> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(entries.values());
      entries.clear();
    }
    all.forEach(this::letGo);
  }

  private int add(StoredModel model, int id, long charge, boolean apart) {
    boolean kept = false;
    try {
      checkWanted(id);
      synchronized (this) {
        int place = place(id, model, apart);
        Entry present = entries.get(place);
        if (present == null) {
          budget.take(charge);
          entries.put(place, new Entry(model, charge, apart));
          kept = true;
        } else {
          present.references++;
        }
        return place;
      }
    } finally {
      if (!kept) {
        model.close();
      }
    }
  }

  /** The id for a model: free, or that of one which takes it as another reference. */
  private int place(int wanted, StoredModel model, boolean apart) {
    if (closed) {
      throw new EngineException(
          ErrorCode.DISPOSED, "the guest was closed; its models cannot be stored any more");
    }
    int id = wanted == 0 ? model.hash().id() : wanted;
    while (holdsOther(id, model, apart)) {
      if (wanted != 0) {
        throw new EngineException(
            ErrorCode.MODEL_ID_CONFLICT,
            "model id "
                + id
                + " holds another model; remove that first, give another id, or 0 to derive one");
      }
      id = id == Integer.MAX_VALUE ? 1 : id + 1;
    }
    return id;
  }

  private boolean holdsOther(int id, StoredModel model, boolean apart) {
    Entry entry = entries.get(id);
    return entry != null && !entry.takes(model, apart);
  }

  private Entry require(int id) {
    Entry entry = entries.get(id);
    if (entry == null) {
      throw new EngineException(
          ErrorCode.MODEL_NOT_FOUND,
          "there is no model with the id "
              + Integer.toUnsignedString(id)
              + "; store one, or use an id that storing gave");
    }
    return entry;
  }

  private void letGo(Entry entry) {
    budget.giveBack(entry.charged);
    entry.model.close();
  }

  private static long charge(StoredModel model) {
    Gguf gguf = model.gguf();
    long entries = (long) gguf.tensors().size() + gguf.metadata().keys().size();
    return model.bytes() + BOOKS + entries * BOOKS_ENTRY;
  }

  private static void checkWanted(int id) {
    if (id < 0) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "the model id is "
              + Integer.toUnsignedString(id)
              + "; it must be 1 to 2147483647, or 0 to derive one");
    }
  }
}
