package ai.realm.guest;

/**
 * The code of one guest in its engine. All of it runs on the guest's thread, but for {@link #stop}.
 * What its methods throw is an {@code EngineException}: {@code GUEST_ERROR} or the code of a host
 * function for what the guest's code threw, {@code NOT_FOUND} for a function that it has not,
 * {@code STACK_OVERFLOW} or {@code OUT_OF_MEMORY} where the code exhausts the thread or the heap.
 * After {@link #stop} they may throw anything.
 */
public interface GuestCode extends AutoCloseable {

  /** What runs code of guests, apart from the host and from one another. */
  interface Engine {
    /** Makes room for one guest, without any code of its yet. On the guest's own thread. */
    GuestCode open(GuestHost host);
  }

  /** Reads the source and runs what it has outside of functions. To be called once, first. */
  void load(byte[] source);

  /**
   * Calls one of its functions.
   *
   * @param arguments a JSON array
   * @return a JSON value; {@code null} where the function returns nothing
   */
  String call(String function, String arguments);

  /** Ends running code, from any thread; returns once it has ended. */
  void stop();

  /** Frees it; nothing of it runs. */
  @Override
  void close();
}
