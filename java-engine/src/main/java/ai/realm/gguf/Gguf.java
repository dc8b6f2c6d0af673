package ai.realm.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An open GGUF model: its metadata, and its tensors' quantized bytes where they lie. */
public interface Gguf extends AutoCloseable {

  /** The file's key-value pairs; of a split model, those of its first part. */
  GgufMetadata metadata();

  /** All tensors, in the file's order (of a split model, part after part). */
  List<TensorInfo> tensors();

  /** The tensor of this name. */
  Optional<TensorInfo> tensor(String name);

  /** Unmaps the files; the tensors' data must not be read from then on. */
  @Override
  void close();

  /**
   * Maps the file at {@code path}, and the other parts of a split model beside it.
   *
   * @throws ai.realm.error.EngineException {@code FILE_NOT_FOUND}, {@code IO_ERROR}, {@code
   *     GGUF_INVALID}, {@code GGUF_TRUNCATED}, {@code GGUF_UNSUPPORTED_VERSION} or {@code
   *     UNSUPPORTED_TYPE}, naming the key or tensor
   */
  static Gguf open(Path path) {
    throw new UnsupportedOperationException(path.toString());
  }

  /** Reads a model from memory that stays valid and unchanged until {@code onClose} has run. */
  static Gguf of(MemorySegment bytes, Runnable onClose) {
    throw new UnsupportedOperationException(bytes + " " + onClose);
  }
}
