#pragma once

#include <napi.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

#include "event_queue.h"
#include "java_vm.h"

namespace realm {

/**
 * One Node environment: the main thread of a process or one of its workers. It delivers the events
 * of the jobs that were opened here, and keeps the event loop alive while there are any.
 */
class Environment {
 public:
  /** Makes the environment's only instance; it goes with the environment. */
  static void Create(Napi::Env env);
  static Environment* Of(Napi::Env env) { return env.GetInstanceData<Environment>(); }

  explicit Environment(napi_env env);

  /** A number that no other environment of this process had or will have. */
  int64_t Id() const { return id_; }

  /** Whether JavaScript can still run here: what outlives the environment can ask. */
  std::shared_ptr<const bool> Running() const { return running_; }

  /**
   * Starts the virtual machine; the promise settles when it runs, with the number of the engine's
   * protocol, or did not start.
   */
  Napi::Value Start(StartOptions options);

  /**
   * Opens a job whose events go to `listener(kind, payload)`. Returns its id, or throws a
   * JavaScript error and returns undefined.
   */
  Napi::Value Open(const java_vm::Entry& java, const Request& request, napi_value listener);

 private:
  /** Who hears of a job: a function, or the promise of a start. */
  struct Listener {
    napi_ref function = nullptr;
    napi_deferred promise = nullptr;
  };

  static void OnWake(napi_env env, napi_value, void* environment, void*);
  static napi_value OnImmediate(napi_env env, napi_callback_info info);
  static void OnCleanup(void* environment);

  int64_t Listen(Listener listener);
  Listener StopListening(int64_t job);
  void Deliver();
  void Deliver(const Event& event);
  void Settle(napi_deferred promise, EventKind kind);
  void Call(napi_value function, size_t count, const napi_value* args);

  const napi_env env_;
  const int64_t id_;
  const std::shared_ptr<bool> running_ = std::make_shared<bool>(true);
  napi_threadsafe_function wake_ = nullptr;
  std::shared_ptr<EventQueue> queue_;
  std::unordered_map<int64_t, Listener> listeners_;
  /** Events that are no longer in the queue and not yet delivered. */
  std::deque<Event> taken_;
  /** setImmediate and the function that it is to call; taken early, before tests replace timers. */
  Napi::FunctionReference set_immediate_;
  Napi::FunctionReference deliver_;
};

}  // namespace realm
