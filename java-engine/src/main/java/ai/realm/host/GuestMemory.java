package ai.realm.host;

import java.lang.foreign.MemorySegment;

/** A guest's memory, in which its pointers are offsets. */
@FunctionalInterface
public interface GuestMemory {

  /**
   * All of it as it is now. A guest's memory may grow, and move by that, whenever the guest runs:
   * it is asked for afresh in each call, and again after each callback into the guest. It is read
   * and written only on the thread of the call and only during the call.
   */
  MemorySegment segment();
}
