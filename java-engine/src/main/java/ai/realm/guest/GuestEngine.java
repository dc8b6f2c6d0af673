package ai.realm.guest;

/** An engine that runs code of guests, apart from the host and from one another. */
public interface GuestEngine {
  /** Makes room for one guest, without any code of its yet. On the guest's own thread. */
  GuestCode open(GuestHost host);
}
