#pragma once

#include <string>

namespace realm {

/**
 * What a starting Java virtual machine changes in the process, to be given back to the Node
 * program.
 *
 * Signals: see platform::RestoreSignals().
 *
 * Locale: it sets the C library's to that of the environment, by which other native code in the
 * process would suddenly read and print numbers.
 */
class ProcessState {
 public:
  /**
   * Notes the state as it is now.
   *
   * @param libjvm the handle of the machine's library
   */
  explicit ProcessState(void* libjvm);

  /**
   * Puts it back. A signal handler that is not the machine's stays, for the program has set it
   * meanwhile; one that it set in the millisecond before the machine set its own is lost.
   */
  void Restore(bool machine_runs) const;

 private:
  const std::string locale_;
};

}  // namespace realm
