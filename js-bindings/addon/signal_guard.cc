#include "signal_guard.h"

#include <dlfcn.h>

namespace realm {
namespace {

/** The file that a function of the process was loaded from; null if it is none. */
const void* LibraryOf(const void* function) {
  Dl_info info;
  return dladdr(function, &info) != 0 ? info.dli_fbase : nullptr;
}

}  // namespace

SignalGuard::SignalGuard() {
  for (size_t i = 0; i < kSignals.size(); i++) {
    sigaction(kSignals[i], nullptr, &saved_[i]);
  }
}

void SignalGuard::Restore(void* libjvm) const {
  const void* machine = LibraryOf(dlsym(libjvm, "JNI_CreateJavaVM"));
  for (size_t i = 0; i < kSignals.size(); i++) {
    struct sigaction now;
    sigaction(kSignals[i], nullptr, &now);
    // sa_handler and sa_sigaction share their place.
    if (LibraryOf(reinterpret_cast<const void*>(now.sa_handler)) == machine) {
      sigaction(kSignals[i], &saved_[i], nullptr);
    }
  }
}

}  // namespace realm
