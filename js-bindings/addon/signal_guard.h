#pragma once

#include <signal.h>

#include <array>

namespace realm {

/**
 * Gives signals back that a starting Java virtual machine takes.
 *
 * A machine that runs keeps SIGSEGV, SIGBUS, SIGFPE and SIGILL: it lives on them, and hands on
 * those that are not its own, such as Node's WebAssembly traps. Even with -Xrs it has also taken
 * SIGUSR2, SIGPIPE and SIGXFSZ, which a Node program may want. A machine that did not start keeps
 * none.
 */
class SignalGuard {
 public:
  /**
   * Notes the handlers as they are now.
   *
   * @param libjvm the handle of the machine's library
   */
  explicit SignalGuard(void* libjvm);

  /**
   * Puts the noted handlers back where the machine has put its own. A handler that the program has
   * set meanwhile stays.
   */
  void Restore(bool machine_runs) const;

 private:
  static constexpr std::array<int, 7> kSignals = {SIGUSR2, SIGPIPE, SIGXFSZ, SIGSEGV,
                                                  SIGBUS,  SIGFPE,  SIGILL};
  static constexpr size_t kNotOfRunningMachine = 3;

  const void* const machine_;
  std::array<struct sigaction, kSignals.size()> saved_;
};

}  // namespace realm
