#include "job_routes.h"

#include <atomic>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace realm::job_routes {
namespace {

struct Table {
  std::mutex mutex;
  std::unordered_map<int64_t, std::shared_ptr<EventQueue>> queues;
};

/** Leaked: Java threads look things up until the very end of the process. */
Table& table() {
  static Table* const table = new Table();
  return *table;
}

}  // namespace

int64_t NewJob() {
  static std::atomic<int64_t> last{0};
  return ++last;
}

void Add(int64_t job, std::shared_ptr<EventQueue> queue) {
  std::lock_guard<std::mutex> lock(table().mutex);
  table().queues.emplace(job, std::move(queue));
}

void Remove(int64_t job) {
  std::lock_guard<std::mutex> lock(table().mutex);
  table().queues.erase(job);
}

std::shared_ptr<EventQueue> Find(int64_t job) {
  std::lock_guard<std::mutex> lock(table().mutex);
  auto found = table().queues.find(job);
  return found == table().queues.end() ? nullptr : found->second;
}

}  // namespace realm::job_routes
