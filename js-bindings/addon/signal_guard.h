#pragma once

#include <signal.h>

#include <array>

namespace realm {

/**
 * Gives back the signals that a starting Java virtual machine takes even with -Xrs and that a Node
 * program may want: SIGUSR2, SIGPIPE, SIGXFSZ. The machine keeps SIGSEGV, SIGBUS, SIGFPE and
 * SIGILL: it lives on them, and hands on those that are not its own, such as Node's WebAssembly
 * traps.
 */
class SignalGuard {
 public:
  /** Notes the handlers as they are now. */
  SignalGuard();

  /**
   * Puts the noted handlers back where the machine has put its own. A handler that the program has
   * set meanwhile stays.
   *
   * @param libjvm the handle of the machine's library
   */
  void Restore(void* libjvm) const;

 private:
  static constexpr std::array<int, 3> kSignals = {SIGUSR2, SIGPIPE, SIGXFSZ};
  std::array<struct sigaction, kSignals.size()> saved_;
};

}  // namespace realm
