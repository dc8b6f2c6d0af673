package ai.realm.storage;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.Gguf;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * All model files of the process: the same content is stored once, from when it is first stored
 * until its last holder lets it go. Models that are open elsewhere are apart from that: who stores
 * the same content does not keep them open. Safe for all threads.
 */
public final class ContentStore {
  private final long limit;
  private final TensorCache tensors;
  private final Map<Content.Key, Content> contents = new HashMap<>();
  private long copied;

  /**
   * An empty store.
   *
   * @param limit bytes that copied models may take together; mapped files do not count
   * @param tensors drops a model's tensors when the model goes
   */
  public ContentStore(long limit, TensorCache tensors) {
    this.limit = limit;
    this.tensors = tensors;
  }

  /**
   * Copies a model out of {@code bytes}, once, to storage outside the heap.
   *
   * @throws EngineException as {@link Gguf#of}, and {@code OUT_OF_MEMORY}; then nothing is kept
   */
  public StoredModel store(MemorySegment bytes) {
    CopiedBytes copy = copy(bytes);
    Gguf gguf;
    try {
      gguf = Gguf.of(copy.bytes(), () -> free(copy));
    } catch (Throwable refused) {
      free(copy);
      throw refused;
    }
    return keep(gguf, gguf::close, Content.Stored::new);
  }

  /**
   * Maps the file at {@code path}, of a split model the first; the files must not change while the
   * model is held.
   *
   * @throws EngineException as {@link Gguf#open}; then nothing is kept
   */
  public StoredModel store(Path path) {
    Gguf gguf = Gguf.open(path);
    return keep(gguf, gguf::close, Content.Stored::new);
  }

  /**
   * Takes in a model that is open elsewhere. Its whole content is read, for its hash.
   *
   * @param release runs when the store needs it no more, which is at once if it has this very model
   *     already
   */
  public StoredModel adopt(Gguf gguf, Runnable release) {
    return keep(gguf, release, _ -> new Content.Adopted(gguf));
  }

  /** How many contents there are. */
  public synchronized int size() {
    return contents.size();
  }

  /** Bytes that copied models take. */
  public synchronized long copiedBytes() {
    return copied;
  }

  private StoredModel keep(Gguf gguf, Runnable release, Function<ContentHash, Content.Key> key) {
    boolean isNew = false;
    try {
      ContentHash hash = ContentHash.of(gguf.files());
      Content content = new Content(key.apply(hash), hash, gguf, release);
      Content kept = keep(content);
      isNew = kept == content;
      return new StoredModel(this, kept);
    } finally {
      if (!isNew) {
        release.run();
      }
    }
  }

  /** The content that is there already, or else {@code content}. */
  private synchronized Content keep(Content content) {
    Content present = contents.putIfAbsent(content.key(), content);
    if (present == null) {
      return content;
    }
    present.holders++;
    return present;
  }

  synchronized StoredModel hold(Content content) {
    if (content.holders == 0) {
      throw new IllegalStateException("the model was let go by all; only a holder can share it");
    }
    content.holders++;
    return new StoredModel(this, content);
  }

  void letGo(Content content) {
    boolean lastOfHash;
    synchronized (this) {
      content.holders--;
      if (content.holders > 0) {
        return;
      }
      contents.remove(content.key());
      lastOfHash =
          contents.values().stream().noneMatch(other -> other.hash().equals(content.hash()));
    }
    if (lastOfHash) {
      tensors.drop(content.hash());
    }
    content.release();
  }

  private CopiedBytes copy(MemorySegment bytes) {
    long size = bytes.byteSize();
    synchronized (this) {
      if (size > limit - copied) {
        throw new EngineException(
            ErrorCode.OUT_OF_MEMORY,
            "the model has "
                + size
                + " bytes, and the storage has room for "
                + (limit - copied)
                + " of its "
                + limit
                + "; remove models, or give the storage more memory");
      }
      copied += size;
    }
    try {
      return CopiedBytes.of(bytes);
    } catch (Throwable failure) {
      giveBack(size);
      throw failure;
    }
  }

  private void free(CopiedBytes copy) {
    long size = copy.bytes().byteSize();
    copy.close();
    giveBack(size);
  }

  private synchronized void giveBack(long size) {
    copied -= size;
  }
}
