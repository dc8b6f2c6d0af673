package ai.realm.bridge.addon;

import ai.realm.host.GuestMemory;
import ai.realm.host.StreamToken;
import java.lang.foreign.MemorySegment;

/** The guest's side of one call of a host function. */
final class AddonGuest implements GuestMemory, StreamToken {
  private MemorySegment memory;

  /** With its memory as it is at the time of the call. */
  AddonGuest(long address, long length) {
    this.memory = segment(address, length);
  }

  @Override
  public MemorySegment segment() {
    return memory;
  }

  @Override
  public boolean piece(int pointer, int length) {
    long[] moved = new long[2];
    boolean wanted = AddonBridge.stream(pointer, length, moved);
    memory = segment(moved[0], moved[1]);
    return wanted;
  }

  private static MemorySegment segment(long address, long length) {
    return MemorySegment.ofAddress(address).reinterpret(length);
  }
}
