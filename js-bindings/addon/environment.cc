#include "environment.h"

#include <atomic>
#include <chrono>

#include "job_routes.h"
#include "js_values.h"

namespace realm {
namespace {

/** How long a turn of the event loop delivers events; the rest waits for the next turn. */
constexpr std::chrono::milliseconds kTurn(2);

int64_t NewEnvironment() {
  static std::atomic<int64_t> last{0};
  return ++last;
}

}  // namespace

void Environment::Create(Napi::Env env) { env.SetInstanceData(new Environment(env)); }

Environment::Environment(napi_env env) : env_(env), id_(NewEnvironment()) {
  napi_value name = JsText(env, u"realm");
  napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this,
                                  &Environment::OnWake, &wake_);
  napi_unref_threadsafe_function(env, wake_);
  queue_ = std::make_shared<EventQueue>(wake_);
  // After the function, so that it runs before the function is destroyed.
  napi_add_env_cleanup_hook(env, &Environment::OnCleanup, this);

  Napi::Value set_immediate = Napi::Env(env).Global().Get("setImmediate");
  set_immediate_ = Napi::Persistent(set_immediate.As<Napi::Function>());
  napi_value deliver = nullptr;
  napi_create_function(env, "deliver", NAPI_AUTO_LENGTH, &Environment::OnImmediate, this, &deliver);
  deliver_ = Napi::Persistent(Napi::Function(env, deliver));
}

/** The environment ends: JavaScript cannot run any more, but threads of Java do. */
void Environment::OnCleanup(void* environment) {
  auto* self = static_cast<Environment*>(environment);
  *self->running_ = false;
  const java_vm::Entry java = java_vm::Enter();
  for (const int64_t job : self->queue_->Close()) {
    job_routes::Remove(job);
    if (java.jni != nullptr) {
      java.bridge->Cancel(java.jni, job);
    }
  }
  if (java.jni != nullptr) {
    java.bridge->EnvironmentEnded(java.jni, self->id_);
  }
  java_vm::Leave();
}

Napi::Value Environment::Start(StartOptions options) {
  Listener listener;
  napi_value promise = nullptr;
  napi_create_promise(env_, &listener.promise, &promise);
  java_vm::Start(std::move(options), Listen(listener), queue_);
  return Napi::Value(env_, promise);
}

Napi::Value Environment::Open(const java_vm::Entry& java, const Request& request,
                              napi_value function) {
  Listener listener;
  napi_create_reference(env_, function, 1, &listener.function);
  const int64_t job = Listen(listener);
  job_routes::Add(job, queue_);
  if (auto error = java.bridge->Open(java.jni, id_, job, request)) {
    job_routes::Remove(job);
    queue_->Remove(job);
    napi_delete_reference(env_, StopListening(job).function);
    napi_throw(env_, JsError(env_, *error));
    return Napi::Env(env_).Undefined();
  }
  return Napi::Number::New(env_, static_cast<double>(job));
}

int64_t Environment::Listen(Listener listener) {
  const int64_t job = job_routes::NewJob();
  queue_->Add(job);
  if (listeners_.empty()) {
    napi_ref_threadsafe_function(env_, wake_);
  }
  listeners_.emplace(job, listener);
  return job;
}

Environment::Listener Environment::StopListening(int64_t job) {
  auto found = listeners_.find(job);
  const Listener listener = found->second;
  listeners_.erase(found);
  if (listeners_.empty()) {
    napi_unref_threadsafe_function(env_, wake_);
  }
  return listener;
}

void Environment::OnWake(napi_env env, napi_value, void* environment, void*) {
  // Without an environment the function is being destroyed.
  if (env != nullptr) {
    static_cast<Environment*>(environment)->Deliver();
  }
}

napi_value Environment::OnImmediate(napi_env env, napi_callback_info info) {
  void* environment = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &environment);
  static_cast<Environment*>(environment)->Deliver();
  return nullptr;
}

void Environment::Deliver() {
  const auto end = std::chrono::steady_clock::now() + kTurn;
  while (std::chrono::steady_clock::now() < end) {
    if (taken_.empty() && !queue_->Take(&taken_)) {
      break;
    }
    if (taken_.empty()) {
      return;
    }
    const Event event = std::move(taken_.front());
    taken_.pop_front();
    Deliver(event);
  }
  // Waking the thread-safe function once more would run it in this same turn.
  napi_value deliver = deliver_.Value();
  Call(set_immediate_.Value(), 1, &deliver);
}

void Environment::Deliver(const Event& event) {
  Napi::HandleScope scope(env_);
  auto found = listeners_.find(event.job);
  if (found == listeners_.end()) {
    return;
  }
  Listener listener = found->second;
  if (EndsJob(event.kind)) {
    StopListening(event.job);
  }
  if (listener.promise != nullptr) {
    Settle(listener.promise, event.kind);
    return;
  }
  napi_value function = nullptr;
  napi_get_reference_value(env_, listener.function, &function);
  if (EndsJob(event.kind)) {
    napi_delete_reference(env_, listener.function);
  }
  napi_value args[2] = {nullptr, JsText(env_, event.payload)};
  napi_create_int32(env_, static_cast<int32_t>(event.kind), &args[0]);
  Call(function, 2, args);
}

void Environment::Settle(napi_deferred promise, EventKind kind) {
  if (kind == EventKind::kResult) {
    napi_value protocol = nullptr;
    napi_create_int32(env_, java_vm::Protocol(), &protocol);
    napi_resolve_deferred(env_, promise, protocol);
  } else {
    napi_reject_deferred(env_, promise, JsError(env_, java_vm::Failure()));
  }
}

/**
 * By the C functions: node-addon-api would end the process if a terminating worker refuses the
 * call. What the function throws is an uncaught exception, as in any event handler.
 */
void Environment::Call(napi_value function, size_t count, const napi_value* args) {
  napi_value receiver = Napi::Env(env_).Undefined();
  if (napi_call_function(env_, receiver, function, count, args, nullptr) == napi_ok) {
    return;
  }
  bool pending = false;
  napi_value thrown = nullptr;
  if (napi_is_exception_pending(env_, &pending) == napi_ok && pending &&
      napi_get_and_clear_last_exception(env_, &thrown) == napi_ok) {
    napi_fatal_exception(env_, thrown);
  }
}

}  // namespace realm
