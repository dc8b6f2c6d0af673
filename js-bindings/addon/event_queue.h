#pragma once

#include <node_api.h>

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace realm {

/** What Java tells JavaScript about a job; the values are those of Java's EventSink. */
enum class EventKind : int32_t { kText = 1, kResult = 2, kError = 3, kProgress = 4, kPart = 5 };

/** Whether nothing can follow an event of this kind. */
inline bool EndsJob(EventKind kind) {
  return kind == EventKind::kResult || kind == EventKind::kError;
}

struct Event {
  int64_t job;
  EventKind kind;
  std::u16string payload;
};

/**
 * The events on their way from Java threads to one JavaScript thread.
 *
 * Pushing never waits, so a Java thread that holds a lock cannot stop a JavaScript thread that
 * wants it, and a process that exits has no thread to wake first. The queue is bounded all the
 * same: of one job at most four events are pending (text, progress, text, end), because adjacent
 * texts become one and only the newest progress is kept. The pending text is at most the text of
 * the job itself.
 */
class EventQueue {
 public:
  /** `wake` runs the JavaScript thread's delivery; it is not used after Close(). */
  explicit EventQueue(napi_threadsafe_function wake) : wake_(wake) {}

  /** Takes events of this job from now on. JavaScript thread only. */
  void Add(int64_t job);

  /** Forgets a job that never began. JavaScript thread only. */
  void Remove(int64_t job);

  /** From any thread. False if JavaScript is gone or the job has ended: the event is dropped. */
  bool Push(Event event);

  /**
   * Moves all pending events, those of each job in order, to the end of `events`. False if a Java
   * thread is pushing right now: it may have lost its processor, and the event loop is not to wait
   * for it, so try again in the next turn. JavaScript thread only.
   */
  bool Take(std::deque<Event>* events);

  /** Ends all traffic; returns the jobs that were open. JavaScript thread only. */
  std::vector<int64_t> Close();

 private:
  struct Job {
    std::vector<Event> pending;
    bool ended = false;
  };

  /** What became of an event: refused, or kept for a thread that will look, or one to wake. */
  enum class Kept { kRefused, kAwaited, kAsleep };

  Kept Keep(Event event);
  static void Append(std::vector<Event>* pending, Event event);

  std::mutex mutex_;
  const napi_threadsafe_function wake_;
  /** Held while the function is called, and to note that it may be gone. */
  std::mutex waking_;
  bool function_gone_ = false;
  bool closed_ = false;
  bool awake_ = false;
  std::unordered_map<int64_t, Job> jobs_;
  /** The jobs that have pending events, each once. */
  std::vector<int64_t> ready_;
};

}  // namespace realm
