#pragma once

#include <signal.h>

#include <array>
#include <string>

namespace realm {

/**
 * What a starting Java virtual machine changes in the process, to be given back to the Node
 * program.
 *
 * Signals: a machine that runs keeps SIGSEGV, SIGBUS, SIGFPE and SIGILL, for it lives on them, and
 * hands on those that are not its own, such as Node's WebAssembly traps. Even with -Xrs it has also
 * taken SIGUSR2, SIGPIPE and SIGXFSZ. A machine that did not start keeps none.
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
  static constexpr std::array<int, 7> kSignals = {SIGUSR2, SIGPIPE, SIGXFSZ, SIGSEGV,
                                                  SIGBUS,  SIGFPE,  SIGILL};
  static constexpr size_t kNotOfRunningMachine = 3;

  const void* const machine_;
  std::array<struct sigaction, kSignals.size()> handlers_;
  const std::string locale_;
};

}  // namespace realm
