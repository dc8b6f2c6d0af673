package ai.realm.bridge.javet;

/** A pair of sockets: any thread wakes the event loop, which listens on one end, through it. */
final class WakeSocket implements AutoCloseable {
  private final int listening;
  private final int waking;
  private boolean closed;

  /** Two new sockets. */
  WakeSocket() {
    int[] pair = SystemCalls.socketPair();
    listening = pair[0];
    waking = pair[1];
  }

  /** The descriptor that the event loop listens on, and closes. */
  int listening() {
    return listening;
  }

  /** Has the event loop hear of something; without effect once it has ended. */
  synchronized void wake() {
    if (!closed) {
      SystemCalls.sendByte(waking);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    SystemCalls.close(waking);
  }
}
