package ai.realm.storage;

import ai.realm.gguf.Gguf;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * A hold on a stored model: while one is open, the model's memory stays. Safe for all threads, but
 * to be closed only once nothing uses it any more.
 */
public final class StoredModel implements AutoCloseable {

  /** Something made from a stored model, such as its tokenizer. */
  public interface Part {
    /** Gives back what it holds. The model's memory is still there, and nobody uses it any more. */
    void close();
  }

  private final ContentStore store;
  private final Content content;
  private final AtomicBoolean closed = new AtomicBoolean();

  StoredModel(ContentStore store, Content content) {
    this.store = store;
    this.content = content;
  }

  /** Metadata and tensors. */
  public Gguf gguf() {
    return content.gguf();
  }

  /** What tells this model from others. */
  public ContentHash hash() {
    return content.hash();
  }

  /** Whether the other is a hold on the same memory. */
  boolean shares(StoredModel other) {
    return content == other.content;
  }

  /** Size of its files. */
  public long bytes() {
    return content.bytes();
  }

  /** Another hold, to be closed as well. */
  public StoredModel lease() {
    return store.hold(content);
  }

  /**
   * The part of this type, which all holders of the model share. The first who asks makes it; when
   * the last hold ends, it is closed.
   *
   * @param maker makes it; what it throws is thrown here, and the next who asks tries again
   */
  public <T extends Part> T part(Class<T> type, Function<Gguf, T> maker) {
    return content.part(type, maker);
  }

  /** Ends this hold; a second call does nothing. The last one frees the model. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      store.letGo(content);
    }
  }
}
