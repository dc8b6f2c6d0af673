package ai.realm.storage;

import ai.realm.gguf.Gguf;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Function;

/** A model file in memory, kept once however many hold it. */
final class Content {

  /** What finds it in the store. */
  sealed interface Key {}

  /** Of a model that the store opened itself: whoever stores the same content shares it. */
  record Stored(ContentHash hash) implements Key {}

  /** Of a model that is open elsewhere, which its owner wants to close: nobody else shares it. */
  record Adopted(Gguf gguf) implements Key {}

  private final Key key;
  private final ContentHash hash;
  private final Gguf gguf;
  private final Runnable release;
  private final SequencedMap<Class<?>, StoredModel.Part> parts = new LinkedHashMap<>();

  /** How many hold it; guarded by the store. */
  int holders = 1;

  /** A content whose memory {@code release} gives back. */
  Content(Key key, ContentHash hash, Gguf gguf, Runnable release) {
    this.key = key;
    this.hash = hash;
    this.gguf = gguf;
    this.release = release;
  }

  Key key() {
    return key;
  }

  ContentHash hash() {
    return hash;
  }

  Gguf gguf() {
    return gguf;
  }

  long bytes() {
    return gguf.files().stream().mapToLong(MemorySegment::byteSize).sum();
  }

  /** See {@link StoredModel#part}; one thread makes a part while others wait for it. */
  synchronized <T extends StoredModel.Part> T part(Class<T> type, Function<Gguf, T> maker) {
    StoredModel.Part part = parts.get(type);
    if (part == null) {
      part = maker.apply(gguf);
      parts.put(type, part);
    }
    return type.cast(part);
  }

  /** Closes the parts, the last one made first, then gives back the memory. */
  synchronized void release() {
    parts.reversed().values().forEach(StoredModel.Part::close);
    parts.clear();
    release.run();
  }
}
