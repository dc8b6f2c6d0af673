#include "process_state.h"

#include <dlfcn.h>

#include <clocale>

namespace realm {
namespace {

/** Where the library that holds a function was loaded; null if none holds it. */
const void* LibraryOf(const void* function) {
  Dl_info info;
  return dladdr(function, &info) != 0 ? info.dli_fbase : nullptr;
}

}  // namespace

ProcessState::ProcessState(void* libjvm)
    : machine_(LibraryOf(dlsym(libjvm, "JNI_CreateJavaVM"))), locale_(setlocale(LC_ALL, nullptr)) {
  for (size_t i = 0; i < kSignals.size(); i++) {
    sigaction(kSignals[i], nullptr, &handlers_[i]);
  }
}

void ProcessState::Restore(bool machine_runs) const {
  const size_t count = machine_runs ? kNotOfRunningMachine : kSignals.size();
  for (size_t i = 0; i < count; i++) {
    struct sigaction now;
    sigaction(kSignals[i], nullptr, &now);
    // sa_handler and sa_sigaction share their place.
    if (LibraryOf(reinterpret_cast<const void*>(now.sa_handler)) == machine_) {
      sigaction(kSignals[i], &handlers_[i], nullptr);
    }
  }
  setlocale(LC_ALL, locale_.c_str());
}

}  // namespace realm
