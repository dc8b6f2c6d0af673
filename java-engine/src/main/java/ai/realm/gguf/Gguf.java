package ai.realm.gguf;

import static ai.realm.error.ErrorCode.GGUF_INVALID;

import ai.realm.error.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** An open GGUF model: its metadata, and its tensors' quantized bytes where they lie. */
public final class Gguf implements AutoCloseable {
  private final List<MemorySegment> files;
  private final GgufMetadata metadata;
  private final List<TensorInfo> tensors;
  private final Map<String, TensorInfo> byName;
  private final AtomicReference<Runnable> onClose;

  private Gguf(
      List<MemorySegment> files,
      GgufMetadata metadata,
      List<TensorInfo> tensors,
      Map<String, TensorInfo> byName,
      Runnable onClose) {
    this.files = List.copyOf(files);
    this.metadata = metadata;
    this.tensors = List.copyOf(tensors);
    this.byName = byName;
    this.onClose = new AtomicReference<>(onClose);
  }

  /**
   * Maps the file at {@code path}, and the other parts of a split model beside it; {@code path} is
   * then that of the first part. The files must not be changed or shortened while they are open.
   *
   * @throws EngineException {@code FILE_NOT_FOUND}, {@code IO_ERROR}, {@code GGUF_INVALID}, {@code
   *     GGUF_TRUNCATED}, {@code GGUF_UNSUPPORTED_VERSION} or {@code UNSUPPORTED_TYPE}, naming the
   *     key or tensor
   */
  public static Gguf open(Path path) {
    Arena arena = Arena.ofShared();
    try {
      GgufPart first = GgufPart.read(GgufMapping.map(path, arena), path.toString());
      GgufSplit split = GgufSplit.of(first.metadata(), path.toString());
      if (split.number() != 0) {
        throw new EngineException(
            GGUF_INVALID,
            String.format(
                "%s: is part %d of %d of a split model, expected the first; open %s",
                path, split.number() + 1, split.count(), split.path(path, 0)));
      }
      List<GgufPart> parts = new ArrayList<>(List.of(first));
      for (int i = 1; i < split.count(); i++) {
        parts.add(openPart(split.path(path, i), i, split.count(), arena));
      }
      return of(parts, split, path.toString(), arena::close);
    } catch (Throwable failure) {
      arena.close();
      throw failure;
    }
  }

  /**
   * Reads a model, which must not be split, from memory that stays valid and unchanged until {@code
   * onClose} has run. Where this call throws, {@code onClose} does not run.
   *
   * @throws EngineException as {@link #open}
   */
  public static Gguf of(MemorySegment bytes, Runnable onClose) {
    GgufPart part = GgufPart.read(bytes, "buffer");
    GgufSplit split = GgufSplit.of(part.metadata(), "buffer");
    if (split.count() != 1) {
      throw new EngineException(
          GGUF_INVALID,
          String.format(
              "buffer: is part %d of %d of a split model, expected a whole one; open it by its"
                  + " path, or merge it",
              split.number() + 1, split.count()));
    }
    return of(List.of(part), split, "buffer", onClose);
  }

  /**
   * Reads what comes before the tensors' data, which need not be there: of a model's file, or of
   * all parts of a split one in their order. Metadata may be asked for as ever; of the tensors,
   * vectors and small matrices are zeros, and reading a larger one throws an {@link
   * IllegalStateException}.
   *
   * @param heads files that begin as the model's do
   * @throws EngineException as {@link #open}
   */
  public static Gguf ofHeads(List<Path> heads) {
    Arena arena = Arena.ofShared();
    try {
      List<GgufPart> parts = new ArrayList<>();
      for (Path head : heads) {
        parts.add(GgufPart.readHead(GgufMapping.map(head, arena), head.toString()));
      }
      String source = heads.getFirst().toString();
      return of(parts, GgufSplit.of(parts.getFirst().metadata(), source), source, arena::close);
    } catch (Throwable failure) {
      arena.close();
      throw failure;
    }
  }

  private static GgufPart openPart(Path path, int number, int count, Arena arena) {
    GgufPart part = GgufPart.read(GgufMapping.map(path, arena), path.toString());
    GgufSplit split = GgufSplit.of(part.metadata(), path.toString());
    if (split.number() != number || split.count() != count) {
      throw new EngineException(
          GGUF_INVALID,
          String.format(
              "%s: holds part %d of %d of a split model, expected part %d of %d; restore its own"
                  + " name",
              path, split.number() + 1, split.count(), number + 1, count));
    }
    return part;
  }

  private static Gguf of(List<GgufPart> parts, GgufSplit split, String source, Runnable onClose) {
    List<TensorInfo> tensors = new ArrayList<>();
    Map<String, TensorInfo> byName = new LinkedHashMap<>();
    for (GgufPart part : parts) {
      for (TensorInfo tensor : part.tensors()) {
        if (byName.put(tensor.name(), tensor) != null) {
          throw new EngineException(
              GGUF_INVALID,
              source
                  + ": tensor "
                  + Quote.of(tensor.name())
                  + ": is in two parts, expected in one");
        }
        tensors.add(tensor);
      }
    }
    if (split.tensors() >= 0 && split.tensors() != tensors.size()) {
      throw new EngineException(
          GGUF_INVALID,
          String.format(
              "%s: the parts hold %d tensors, expected %d (split.tensors.count); fetch all parts"
                  + " again",
              source, tensors.size(), split.tensors()));
    }
    List<MemorySegment> files = parts.stream().map(GgufPart::file).toList();
    return new Gguf(files, parts.getFirst().metadata(), tensors, byName, onClose);
  }

  /** The whole bytes of each file, read-only: one, or the parts of a split model in their order. */
  public List<MemorySegment> files() {
    return files;
  }

  /** The file's key-value pairs; of a split model, those of its first part. */
  public GgufMetadata metadata() {
    return metadata;
  }

  /** All tensors, in the file's order (of a split model, part after part). */
  public List<TensorInfo> tensors() {
    return tensors;
  }

  /** The tensor of this name. */
  public Optional<TensorInfo> tensor(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * Unmaps the files; tensors' data and metadata arrays must not be read from then on. A second
   * call does nothing.
   */
  @Override
  public void close() {
    Runnable action = onClose.getAndSet(null);
    if (action != null) {
      action.run();
    }
  }
}
