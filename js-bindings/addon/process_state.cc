#include "process_state.h"

#include <clocale>

#include "platform/platform.h"

namespace realm {

ProcessState::ProcessState(void* libjvm) : locale_(setlocale(LC_ALL, nullptr)) {
  platform::NoteSignals(libjvm);
}

void ProcessState::Restore(bool machine_runs) const {
  platform::RestoreSignals(machine_runs);
  setlocale(LC_ALL, locale_.c_str());
}

}  // namespace realm
