// Linux, with glibc or musl; the rest is in posix.cc.

#include <link.h>
#include <pthread.h>
#include <sys/mman.h>

#include "platform.h"

namespace realm::platform {
namespace {

int Note(dl_phdr_info* library, size_t, void* files) {
  static_cast<std::vector<std::string>*>(files)->emplace_back(library->dlpi_name);
  return 0;
}

}  // namespace

std::vector<std::string> LoadedLibraries() {
  std::vector<std::string> files;
  dl_iterate_phdr(&Note, &files);
  return files;
}

void ReleaseStackEnd() {
  constexpr size_t kMoreThanGuarded = 1 << 16;
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
    return;
  }
  void* end = nullptr;
  size_t size = 0;
  if (pthread_attr_getstack(&attributes, &end, &size) == 0 && size > 2 * kMoreThanGuarded) {
    mprotect(end, kMoreThanGuarded, PROT_READ | PROT_WRITE);
  }
  pthread_attr_destroy(&attributes);
}

}  // namespace realm::platform
