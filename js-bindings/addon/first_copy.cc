#include "first_copy.h"

#include "platform/platform.h"

namespace realm::first_copy {
namespace {

/** The name of addon.cc's entry: with another signature it gets another number. */
constexpr const char* kEntry = "realm_addon_entry_1";

/**
 * Runs while the system loads this copy, which other threads wait for: no other copy meets one that
 * could be unloaded again, with the worker that alone had loaded it.
 */
__attribute__((constructor)) void Stay() { platform::StayLoaded(); }

}  // namespace

Entry Or(Entry own) {
  for (const std::string& library : platform::LoadedLibraries()) {
    if (void* entry = platform::LoadedFunction(library, kEntry)) {
      return reinterpret_cast<Entry>(entry);
    }
  }
  return own;
}

}  // namespace realm::first_copy
