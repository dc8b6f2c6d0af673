package ai.realm.guest;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Ends guests that run for too long or take too much memory. One thread watches all of them while
 * any of them runs.
 *
 * <p>Java knows what a thread has allocated, not what of it is still held. A guest is beyond its
 * limit if the heap has grown by more, garbage not counted, than the guest's limit and all that
 * others may have added: other guests no more than they allocated or than their limits, and the
 * host 64 MiB. When the heap is nearly full of what is held, the guest goes that lately allocated
 * the most.
 */
final class GuestWatch {
  private static final int PERIOD_MS = 5;

  private static final Runtime JAVA = Runtime.getRuntime();

  /** Above this part of the heap, what is held is looked at. */
  private static final double SUSPECT = 0.8;

  /** Above this part of the heap, what is held is too much. */
  private static final double FULL = 0.7;

  /** What the host may have added, as by loading a model. */
  private static final long HOST_BYTES = 64 << 20;

  /** How long others are left alone while one that was ended stops. */
  private static final long PATIENCE_NANOS = 2_000_000_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final Set<Account> ALL = new HashSet<>();
  private static Thread thread;

  /** The last one that was ended for its memory, which is only free once its code has stopped. */
  private static Guest ended;

  private static long endedAt;

  /** What is known of one guest. */
  static final class Account {
    private final Guest guest;
    private final GuestLimits limits;
    private boolean runs;
    private long deadline;

    /** What the heap held when the guest came, some garbage included. */
    private final long before = used();

    /** What it had allocated when it was last looked at. */
    private long seen;

    Account(Guest guest, GuestLimits limits) {
      this.guest = guest;
      this.limits = limits;
    }

    private long allocated() {
      long id = guest.threadId();
      return id == 0 ? 0 : Math.max(0, THREADS.getThreadAllocatedBytes(id));
    }

    private long lately() {
      return allocated() - seen;
    }
  }

  private GuestWatch() {}

  /** A call of the guest begins. */
  static void begin(Account account) {
    synchronized (ALL) {
      ALL.add(account);
      account.runs = true;
      account.deadline = System.nanoTime() + account.limits.timeMs() * 1_000_000;
      if (thread == null) {
        thread = Thread.ofPlatform().daemon().name("realm-guest-watch").start(GuestWatch::watch);
      }
      ALL.notifyAll();
    }
  }

  /** The call has ended. */
  static void pause(Account account) {
    synchronized (ALL) {
      account.runs = false;
    }
  }

  /** The guest has ended. */
  static void forget(Account account) {
    synchronized (ALL) {
      ALL.remove(account);
    }
  }

  /** How many guests are watched. */
  static int size() {
    synchronized (ALL) {
      return ALL.size();
    }
  }

  /** The end of a guest that leaves no memory to others. */
  static EngineException heapIsFull() {
    return new EngineException(
        ErrorCode.OUT_OF_MEMORY,
        "the guest filled the heap, which may have "
            + JAVA.maxMemory()
            + " bytes; let it hold less, or raise the limit with REALM_JAVA_OPTIONS=-Xmx4g");
  }

  private static void watch() {
    while (true) {
      try {
        List<Account> running = running();
        look(running);
        Thread.sleep(PERIOD_MS);
      } catch (InterruptedException e) {
        throw new IllegalStateException("nothing in Realm interrupts this thread", e);
      } catch (OutOfMemoryError full) {
        // Another thread was faster with the last of the heap: the next look finds who it was.
        System.gc();
      }
    }
  }

  private static void look(List<Account> running) {
    for (Account account : running) {
      if (System.nanoTime() - account.deadline > 0) {
        account.guest.end(tooLong(account.limits));
      }
    }
    watchMemory(running);
  }

  /** The guests that run now; waits until there is one. */
  private static List<Account> running() throws InterruptedException {
    synchronized (ALL) {
      while (ALL.stream().noneMatch(account -> account.runs)) {
        ALL.wait();
      }
      return ALL.stream().filter(account -> account.runs).toList();
    }
  }

  private static void watchMemory(List<Account> running) {
    if (ended != null && !ended.hasStopped() && System.nanoTime() - endedAt < PATIENCE_NANOS) {
      return;
    }
    ended = null;
    long used = used();
    boolean suspect = used > SUSPECT * JAVA.maxMemory();
    for (Account account : running) {
      long limit = account.limits.memoryBytes();
      suspect |= account.lately() > limit && used - account.before > limit + HOST_BYTES;
    }
    if (!suspect) {
      return;
    }
    System.gc();
    long held = used();
    if (held > FULL * JAVA.maxMemory()) {
      running.stream()
          .max(Comparator.comparingLong(Account::lately))
          .ifPresent(account -> end(account, heapIsFull()));
      return;
    }
    for (Account account : running) {
      if (atLeast(account, held) > account.limits.memoryBytes()) {
        end(account, tooMuch(account.limits));
        return;
      }
    }
    running.forEach(account -> account.seen = account.allocated());
  }

  private static void end(Account account, EngineException reason) {
    ended = account.guest;
    endedAt = System.nanoTime();
    account.guest.end(reason);
  }

  /** What a guest holds at the least. */
  private static long atLeast(Account account, long held) {
    long others = 0;
    for (Account other : all()) {
      if (other != account) {
        others += Math.min(other.allocated(), other.limits.memoryBytes());
      }
    }
    return Math.min(account.allocated(), held - account.before - others - HOST_BYTES);
  }

  private static List<Account> all() {
    synchronized (ALL) {
      return new ArrayList<>(ALL);
    }
  }

  private static long used() {
    return JAVA.totalMemory() - JAVA.freeMemory();
  }

  private static EngineException tooLong(GuestLimits limits) {
    return new EngineException(
        ErrorCode.TIMEOUT,
        "the guest ran longer than its "
            + limits.timeMs()
            + " ms; give it more, or let it do less in a call");
  }

  private static EngineException tooMuch(GuestLimits limits) {
    return new EngineException(
        ErrorCode.QUOTA_EXCEEDED,
        "the guest holds more than its "
            + limits.memoryBytes()
            + " bytes of memory; give it more, or let it hold less");
  }
}
