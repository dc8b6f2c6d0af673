#include "event_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace realm {

void EventQueue::Add(int64_t job) {
  std::lock_guard<std::mutex> lock(mutex_);
  jobs_.emplace(job, Job());
}

void EventQueue::Remove(int64_t job) {
  std::lock_guard<std::mutex> lock(mutex_);
  jobs_.erase(job);
}

bool EventQueue::Push(Event event) {
  switch (Keep(std::move(event))) {
    case Kept::kRefused:
      return false;
    case Kept::kAwaited:
      return true;
    case Kept::kAsleep:
      break;
  }
  // Not under the mutex: the system runs the JavaScript thread before this call returns, and that
  // would find the queue taken and come back turn after turn.
  std::lock_guard<std::mutex> lock(waking_);
  if (!function_gone_) {
    napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
  }
  return true;
}

EventQueue::Kept EventQueue::Keep(Event event) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = jobs_.find(event.job);
  if (closed_ || found == jobs_.end() || found->second.ended) {
    return Kept::kRefused;
  }
  Job& job = found->second;
  job.ended = EndsJob(event.kind);
  if (job.pending.empty()) {
    ready_.push_back(event.job);
  }
  Append(&job.pending, std::move(event));
  const bool was_awake = awake_;
  awake_ = true;
  return was_awake ? Kept::kAwaited : Kept::kAsleep;
}

void EventQueue::Append(std::vector<Event>* pending, Event event) {
  if (event.kind == EventKind::kProgress) {
    auto is_progress = [](const Event& other) { return other.kind == EventKind::kProgress; };
    auto old = std::find_if(pending->begin(), pending->end(), is_progress);
    if (old != pending->end()) {
      auto next = pending->erase(old);
      // Two texts that the old progress stood between.
      if (next != pending->begin() && next != pending->end()) {
        (next - 1)->payload += next->payload;
        pending->erase(next);
      }
    }
  }
  if (event.kind == EventKind::kText && !pending->empty() &&
      pending->back().kind == EventKind::kText) {
    pending->back().payload += event.payload;
    return;
  }
  pending->push_back(std::move(event));
}

bool EventQueue::Take(std::deque<Event>* events) {
  std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) {
    return false;
  }
  awake_ = !ready_.empty();
  for (const int64_t id : ready_) {
    auto found = jobs_.find(id);
    std::vector<Event>& pending = found->second.pending;
    std::move(pending.begin(), pending.end(), std::back_inserter(*events));
    pending.clear();
    if (found->second.ended) {
      jobs_.erase(found);
    }
  }
  ready_.clear();
  return true;
}

std::vector<int64_t> EventQueue::Close() {
  {
    std::lock_guard<std::mutex> lock(waking_);
    function_gone_ = true;
  }
  std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
  std::vector<int64_t> open;
  for (const auto& [id, job] : jobs_) {
    open.push_back(id);
  }
  jobs_.clear();
  ready_.clear();
  return open;
}

}  // namespace realm
