#include "start_messages.h"

#include <atomic>
#include <mutex>

namespace realm::start_messages {
namespace {

struct Kept {
  /** Read without the mutex: a machine that crashes prints from signal handlers. */
  std::atomic<bool> keeping{false};
  std::mutex mutex;
  std::string text;
};

/** Leaked: the machine may print until the very end of the process. */
Kept& kept() {
  static Kept* const kept = new Kept();
  return *kept;
}

}  // namespace

void Begin() { kept().keeping = true; }

std::string End() {
  kept().keeping = false;
  std::lock_guard<std::mutex> lock(kept().mutex);
  return std::move(kept().text);
}

int Print(FILE*, const char* format, va_list args) {
  if (!kept().keeping) {
    return vfprintf(stderr, format, args);
  }
  char line[4096];
  const int length = vsnprintf(line, sizeof line, format, args);
  std::lock_guard<std::mutex> lock(kept().mutex);
  kept().text += line;
  return length;
}

}  // namespace realm::start_messages
