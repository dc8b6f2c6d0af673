package ai.realm.storage;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Memory that can be mapped more than once: a file of Linux that is in no folder and on no disk
 * (memfd_create(2)). It lives as long as it is open or mapped.
 */
final class MemoryFile implements AutoCloseable {
  private static final int CLOSE_ON_EXEC = 1;

  /** {@code int memfd_create(const char *name, unsigned flags)}, where the system has it. */
  private static final Optional<MethodHandle> CREATE =
      function("memfd_create", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);

  /** {@code int close(int file)}. */
  private static final Optional<MethodHandle> CLOSE = function("close", ValueLayout.JAVA_INT);

  private final FileChannel channel;

  private MemoryFile(FileChannel channel) {
    this.channel = channel;
  }

  /** A file without bytes, or none where the system cannot make one. */
  static Optional<MemoryFile> create() {
    if (CREATE.isEmpty() || CLOSE.isEmpty()) {
      return Optional.empty();
    }
    int file;
    try (Arena arena = Arena.ofConfined()) {
      file = (int) CREATE.get().invokeExact(arena.allocateFrom("realm-tensor"), CLOSE_ON_EXEC);
    } catch (Throwable t) {
      throw new IllegalStateException("memfd_create cannot be called", t);
    }
    if (file < 0) {
      return Optional.empty();
    }
    try {
      // Another descriptor of the same file, which Java knows how to map.
      Path path = Path.of("/proc/self/fd/" + file);
      return Optional.of(
          new MemoryFile(
              FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)));
    } catch (IOException notThere) {
      return Optional.empty();
    } finally {
      close(file);
    }
  }

  /** Maps {@code bytes} of it, until {@code arena} is closed: all such mappings are the same. */
  MemorySegment map(long bytes, Arena arena) {
    return map(MapMode.READ_WRITE, bytes, arena);
  }

  /**
   * Maps {@code bytes} of it, until {@code arena} is closed: what is written to this mapping is in
   * no other, since the system copies a page when it is written.
   */
  MemorySegment mapPrivately(long bytes, Arena arena) {
    return map(MapMode.PRIVATE, bytes, arena);
  }

  private MemorySegment map(MapMode mode, long bytes, Arena arena) {
    try {
      return channel.map(mode, 0, bytes, arena);
    } catch (IOException failure) {
      throw new EngineException(
          ErrorCode.OUT_OF_MEMORY,
          "the system maps no " + bytes + " bytes more (" + failure.getMessage() + ")",
          failure);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("a file in memory cannot be closed", e);
    }
  }

  private static void close(int file) {
    try {
      int _ = (int) CLOSE.orElseThrow().invokeExact(file);
    } catch (Throwable t) {
      throw new IllegalStateException("close cannot be called", t);
    }
  }

  private static Optional<MethodHandle> function(String name, ValueLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    SymbolLookup system = linker.defaultLookup();
    FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters);
    return system.find(name).map(address -> linker.downcallHandle(address, type));
  }
}
