package ai.realm.kernels;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.realm.error.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.function.LongUnaryOperator;

/**
 * Memory outside the heap that is handed out side by side and given back as a whole. On Linux it
 * comes from the system as zeros, page by page, when it is first touched: by the threads that write
 * it, where Java would fill it with zeros on the one that asks. Threads may allocate at the same
 * time.
 */
public final class AnonymousMemory implements Arena {
  /** Address space that is taken at a time. */
  private static final long CHUNK = 64L << 20;

  /**
   * The size of the pages that Linux is asked for where there is much: weights are read from end to
   * end for every token, and looking up where each 4 KiB of them are takes time. Chunks begin with
   * such a page.
   */
  private static final long HUGE_PAGE = 2L << 20;

  /**
   * So much lies in small pages: as much is decoded as fast from them and loaded sooner, since a
   * virtual machine whose host gives it memory when it is touched waits for milliseconds at each
   * huge one.
   */
  private static final long SMALL = 2 * CHUNK;

  /**
   * So much is handed out at least before the system is asked once more whether there is room for
   * it, and an eighth of the room that there was: asking takes milliseconds at first.
   */
  private static final long STEP = 16L << 20;

  private static final Path ROOT = Path.of("/");

  /** Linux: <sys/mman.h>. Linked with the first chunk: many models are read in place. */
  private static final class Mman {
    static final long PROT_READ_WRITE = 1 | 2;
    static final long MAP_PRIVATE_ANONYMOUS_NORESERVE = 2 | 0x20 | 0x4000;

    static final MethodHandle MMAP =
        link(
            "mmap",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private static MethodHandle link(String name, FunctionDescriptor type) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }
  }

  /** Linked with the first huge page: linking takes milliseconds. */
  private static final class Madvise {
    static final int HUGE_PAGES = 14;
    static final MethodHandle MADVISE =
        Mman.link("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  }

  /** Linked with the first end, for which no load has to wait. */
  private static final class Munmap {
    static final MethodHandle MUNMAP =
        Mman.link("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  }

  private final Arena lifetime = Arena.ofShared();

  /** What is left of the newest chunk. */
  private MemorySegment rest = MemorySegment.NULL;

  /** Bytes of all chunks. */
  private long mapped;

  /** What was handed out since the system was asked; nobody may have touched it yet. */
  private long unasked;

  private long step = STEP;

  private final LongUnaryOperator room;

  private AnonymousMemory(LongUnaryOperator room) {
    this.room = room;
  }

  /** A new arena for all threads. */
  public static Arena newArena(Overcommit overcommit) {
    return switch (overcommit) {
      case REFUSED -> newArena(bytes -> FreeMemory.require(ROOT, bytes));
      case ALLOWED -> newArena(bytes -> Long.MAX_VALUE);
    };
  }

  /**
   * The same where {@code room} refuses, by what it throws, bytes that there is no room for, and
   * else tells how many more there is room for.
   */
  static Arena newArena(LongUnaryOperator room) {
    return System.getProperty("os.name").equals("Linux")
        ? new AnonymousMemory(room)
        : Arena.ofShared();
  }

  /**
   * {@code bytes} zeros.
   *
   * @param alignment a power of two, 4096 at most
   * @throws EngineException {@code OUT_OF_MEMORY} if the system has no room for them, and would end
   *     the process once they are touched
   * @throws OutOfMemoryError if the system has no more address space for this process
   */
  @Override
  public synchronized MemorySegment allocate(long bytes, long alignment) {
    if (!lifetime.scope().isAlive()) {
      throw new IllegalStateException("the memory was given back; nothing can be taken any more");
    }
    unasked += bytes;
    if (unasked >= step) {
      step = Math.max(STEP, room.applyAsLong(unasked) / 8);
      unasked = 0;
    }
    long skip = -rest.address() & alignment - 1;
    if (skip + bytes > rest.byteSize()) {
      long size = Math.max(CHUNK, bytes);
      rest = map(size);
      skip = 0;
      mapped += size;
      if (mapped > SMALL) {
        adviseHugePages(rest);
      }
    }
    MemorySegment taken = rest.asSlice(skip, bytes);
    rest = rest.asSlice(skip + bytes);
    return taken;
  }

  @Override
  public MemorySegment.Scope scope() {
    return lifetime.scope();
  }

  /** Gives all of the memory back; its segments cannot be read any more. */
  @Override
  public synchronized void close() {
    lifetime.close();
  }

  private MemorySegment map(long wanted) {
    try {
      // Of address space: what is skipped is never touched.
      long bytes = Math.addExact(wanted, HUGE_PAGE);
      long address =
          (long)
              Mman.MMAP.invokeExact(
                  0L, bytes, Mman.PROT_READ_WRITE, Mman.MAP_PRIVATE_ANONYMOUS_NORESERVE, -1L, 0L);
      if (address == -1) {
        throw new OutOfMemoryError("the system has no room for " + wanted + " bytes of weights");
      }
      return MemorySegment.ofAddress(address)
          .reinterpret(bytes, lifetime, segment -> unmap(address, bytes))
          .asSlice(-address & HUGE_PAGE - 1);
    } catch (Error e) {
      throw e;
    } catch (Throwable t) {
      throw new IllegalStateException("mmap was called wrongly", t);
    }
  }

  /** Systems without huge pages refuse: then they are small ones. */
  private static void adviseHugePages(MemorySegment chunk) {
    try {
      int _ =
          (int) Madvise.MADVISE.invokeExact(chunk.address(), chunk.byteSize(), Madvise.HUGE_PAGES);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new IllegalStateException("madvise was called wrongly", t);
    }
  }

  private static void unmap(long address, long bytes) {
    try {
      int result = (int) Munmap.MUNMAP.invokeExact(address, bytes);
      if (result != 0) {
        throw new IllegalStateException("munmap refused " + bytes + " bytes at " + address);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new IllegalStateException("munmap was called wrongly", t);
    }
  }
}
