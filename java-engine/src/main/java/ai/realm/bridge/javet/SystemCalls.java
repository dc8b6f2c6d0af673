package ai.realm.bridge.javet;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The few functions of the C library, as Linux has them, that Java itself does not offer. */
final class SystemCalls {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int RTLD_NOW = 2;
  private static final int RTLD_NOLOAD = 4;
  private static final int RTLD_GLOBAL = 0x100;

  private static final MethodHandle SOCKETPAIR =
      function("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle SEND =
      function("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle DUP2 = function("dup2", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle ON_EXIT = function("on_exit", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle DLOPEN = function("dlopen", ADDRESS, ADDRESS, JAVA_INT);
  private static final MemorySegment ONE_BYTE = Arena.global().allocate(1);

  private SystemCalls() {}

  /** Two connected stream sockets, by their descriptors; programs that are started get neither. */
  static int[] socketPair() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(JAVA_INT, 2);
      int result = (int) SOCKETPAIR.invokeExact(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
      if (result != 0) {
        throw new IllegalStateException("the system has no more sockets for this process");
      }
      return pair.toArray(JAVA_INT);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  /** Sends one byte without waiting; if there is no room, what was sent before is still unread. */
  static void sendByte(int socket) {
    try {
      long _ = (long) SEND.invokeExact(socket, ONE_BYTE, 1L, MSG_DONTWAIT | MSG_NOSIGNAL);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  /** Closes a descriptor. */
  static void close(int descriptor) {
    try {
      int _ = (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  /** Gives a descriptor another number, which it is then known by alone. */
  static void move(int descriptor, int number) {
    try {
      int _ = (int) DUP2.invokeExact(descriptor, number);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
    close(descriptor);
  }

  /**
   * Lets the process end at once when it exits. Its threads run on meanwhile, and what the
   * destructors of libraries that are called at exit destroy is still in use.
   */
  static void skipDestructorsAtExit() {
    try {
      // Handlers run in the reverse order of their registration: this one, called with the exit
      // code, ends the process before any other.
      MemorySegment end = symbol("_exit");
      int _ = (int) ON_EXIT.invokeExact(end, MemorySegment.NULL);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  /** Lets libraries that are loaded later find the symbols of one that is loaded already. */
  static void share(String library) {
    try (Arena arena = Arena.ofConfined()) {
      int flags = RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL;
      MemorySegment _ = (MemorySegment) DLOPEN.invokeExact(arena.allocateFrom(library), flags);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... parameters) {
    FunctionDescriptor descriptor = FunctionDescriptor.of(result, parameters);
    return Linker.nativeLinker().downcallHandle(symbol(name), descriptor);
  }

  private static MemorySegment symbol(String name) {
    return Linker.nativeLinker().defaultLookup().findOrThrow(name);
  }

  private static RuntimeException unexpected(Throwable failure) {
    return switch (failure) {
      case Error error -> throw error;
      case RuntimeException exception -> exception;
      default -> new IllegalStateException(failure);
    };
  }
}
