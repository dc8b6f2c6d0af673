// macOS; the rest is in posix.cc.

#include <mach-o/dyld.h>

#include "platform.h"

namespace realm::platform {

std::vector<std::string> LoadedLibraries() {
  std::vector<std::string> files;
  for (uint32_t i = 0; i < _dyld_image_count(); i++) {
    files.emplace_back(_dyld_get_image_name(i));
  }
  return files;
}

/** macOS gives each thread a stack of its own. */
void ReleaseStackEnd() {}

}  // namespace realm::platform
