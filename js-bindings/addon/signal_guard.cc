#include "signal_guard.h"

#include <dlfcn.h>

namespace realm {
namespace {

/** Where the library that holds a function was loaded; null if none holds it. */
const void* LibraryOf(const void* function) {
  Dl_info info;
  return dladdr(function, &info) != 0 ? info.dli_fbase : nullptr;
}

}  // namespace

SignalGuard::SignalGuard(void* libjvm) : machine_(LibraryOf(dlsym(libjvm, "JNI_CreateJavaVM"))) {
  for (size_t i = 0; i < kSignals.size(); i++) {
    sigaction(kSignals[i], nullptr, &saved_[i]);
  }
}

void SignalGuard::Restore(bool machine_runs) const {
  const size_t count = machine_runs ? kNotOfRunningMachine : kSignals.size();
  for (size_t i = 0; i < count; i++) {
    struct sigaction now;
    sigaction(kSignals[i], nullptr, &now);
    // sa_handler and sa_sigaction share their place.
    if (LibraryOf(reinterpret_cast<const void*>(now.sa_handler)) == machine_) {
      sigaction(kSignals[i], &saved_[i], nullptr);
    }
  }
}

}  // namespace realm
