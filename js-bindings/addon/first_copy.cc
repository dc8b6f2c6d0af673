#include "first_copy.h"

#include <dlfcn.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#else
#include <link.h>
#endif

namespace realm::first_copy {
namespace {

/** The name of addon.cc's entry: with another signature it gets another number. */
constexpr const char* kEntry = "realm_addon_entry_1";

/**
 * Runs while the system loads this copy, which other threads wait for: no other copy meets one that
 * could be unloaded again, with the worker that alone had loaded it.
 */
__attribute__((constructor)) void Stay() {
  Dl_info self;
  dladdr(reinterpret_cast<const void*>(&Stay), &self);
  dlopen(self.dli_fname, RTLD_NOW | RTLD_NODELETE);
}

#ifndef __APPLE__
int Note(dl_phdr_info* library, size_t, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(library->dlpi_name);
  return 0;
}
#endif

}  // namespace

std::vector<std::string> LoadedLibraries() {
  std::vector<std::string> names;
#ifdef __APPLE__
  for (uint32_t i = 0; i < _dyld_image_count(); i++) {
    names.emplace_back(_dyld_get_image_name(i));
  }
#else
  dl_iterate_phdr(&Note, &names);
#endif
  return names;
}

void* FunctionIn(const std::string& library, const char* name) {
  // The program itself has no name here.
  void* loaded = library.empty() ? nullptr : dlopen(library.c_str(), RTLD_LAZY | RTLD_NOLOAD);
  if (loaded == nullptr) {
    return nullptr;
  }
  void* function = dlsym(loaded, name);
  dlclose(loaded);
  return function;
}

Entry Or(Entry own) {
  for (const std::string& library : LoadedLibraries()) {
    if (void* entry = FunctionIn(library, kEntry)) {
      return reinterpret_cast<Entry>(entry);
    }
  }
  return own;
}

}  // namespace realm::first_copy
