#include "java_vm.h"

#include <dlfcn.h>
#include <locale.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <utility>

#include "early_output.h"
#include "first_copy.h"
#include "java_thread.h"
#include "process_state.h"
#include "start_messages.h"
#include "utf8.h"

namespace realm::java_vm {
namespace {

using CreateJavaVm = jint(JNICALL*)(JavaVM**, void**, void*);
using GetCreatedJavaVms = jint(JNICALL*)(JavaVM**, jsize, jsize*);

enum class Phase { kNew, kStarting, kRunning, kFailed };

struct Waiter {
  int64_t job;
  std::shared_ptr<EventQueue> queue;
};

/** A start takes a tenth of a second, many times that on a busy machine, and never this long. */
constexpr std::chrono::seconds kLongestStart(20);

struct Machine {
  std::mutex mutex;
  std::condition_variable started;
  std::atomic<Phase> phase{Phase::kNew};
  std::vector<Waiter> waiters;
  StartOptions options;
  BridgeError failure;
  std::optional<ProcessState> before;
  /** Set before the phase is kRunning, and never again. */
  JavaVM* vm = nullptr;
  JavaBridge bridge;
};

/**
 * Leaked, as are all objects here that threads of the machine use: the process ends under running
 * threads, and what is destroyed then would stop or crash it.
 */
Machine& machine() {
  static Machine* const machine = new Machine();
  return *machine;
}

void Tell(const Waiter& waiter, Phase phase) {
  const EventKind kind = phase == Phase::kRunning ? EventKind::kResult : EventKind::kError;
  waiter.queue->Push({waiter.job, kind, u""});
}

void Finish(Phase phase, BridgeError failure) {
  std::lock_guard<std::mutex> lock(machine().mutex);
  machine().failure = std::move(failure);
  machine().phase = phase;
  for (const Waiter& waiter : machine().waiters) {
    Tell(waiter, phase);
  }
  machine().waiters.clear();
  machine().started.notify_all();
}

thread_local bool starts_the_machine = false;

/**
 * The process exits. While the machine starts, that waits: exit() takes down what the starting
 * thread uses, and it would crash and say so before the process is gone.
 */
void OnProcessExit() {
  if (starts_the_machine) {
    return;
  }
  std::unique_lock<std::mutex> lock(machine().mutex);
  machine().started.wait_for(lock, kLongestStart,
                             [] { return machine().phase != Phase::kStarting; });
}

void Fail(const std::string& reason) {
  Finish(Phase::kFailed, {u"JVM_START_FAILED", Utf16Of(reason)});
}

[[noreturn]] void Park() {
  while (true) {
    pause();
  }
}

std::string Printed() { return start_messages::End() + early_output::Take(); }

/**
 * The machine is about to end the process. While it starts, it has only met a bad option or too
 * little memory: the program goes on without it, and its thread stays here for ever.
 */
void OnAbort() {
  if (machine().phase == Phase::kStarting) {
    machine().before->Restore(false);
    Fail(Printed());
    Park();
  }
}

void JNICALL OnExit(jint) { OnAbort(); }

JavaVMOption Hook(const char* name, void* function) { return {const_cast<char*>(name), function}; }

/** The only machine that a libjvm of this process has; null if it has none. */
JavaVM* CreatedBy(void* get_created) {
  JavaVM* vm = nullptr;
  jsize count = 0;
  auto created = reinterpret_cast<GetCreatedJavaVms>(get_created);
  return created != nullptr && created(&vm, 1, &count) == JNI_OK && count == 1 ? vm : nullptr;
}

/**
 * Takes the machine that runs in this process already, since Node itself runs inside of Java.
 * Returns why it could not; empty if this thread is attached to it.
 */
std::string Join(void* libjvm, JNIEnv** jni) {
  machine().vm = CreatedBy(dlsym(libjvm, "JNI_GetCreatedJavaVMs"));
  const bool joined =
      machine().vm != nullptr &&
      machine().vm->AttachCurrentThreadAsDaemon(reinterpret_cast<void**>(jni), nullptr) == JNI_OK;
  return joined ? "" : "there is no Java in this process to join";
}

/** The library whose machine runs in this process; empty if there is none. */
std::string LibraryOfOtherMachine() {
  for (const std::string& library : first_copy::LoadedLibraries()) {
    if (CreatedBy(first_copy::FunctionIn(library, "JNI_GetCreatedJavaVMs")) != nullptr) {
      return library;
    }
  }
  return "";
}

/**
 * The size of stacks. The machine makes the last pages of the main thread's stack inaccessible, at
 * this depth at most, to notice Java methods that recurse without end. JavaScript has a stack of
 * the same thread, as deep as `--stack-size` says, and a guard within it ends the process without a
 * word. So the guard lies at the end of what the system gives the thread. Stacks of more than 64 MB
 * have none: each thread of Java would get as large a stack, and who asks for so much wants it for
 * JavaScript.
 */
std::vector<std::string> StackOptions() {
  // In kilobytes.
  constexpr rlim_t kLeast = 7500;
  constexpr rlim_t kMost = 65536;
  rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
  getrlimit(RLIMIT_STACK, &limit);
  const rlim_t stack = limit.rlim_cur == RLIM_INFINITY ? RLIM_INFINITY : limit.rlim_cur / 1024;
  std::vector<std::string> options = {"-XX:ThreadStackSize=" +
                                      std::to_string(std::clamp(stack, kLeast, kMost))};
  if (stack > kMost) {
    options.push_back("-XX:+UnlockExperimentalVMOptions");
    options.push_back("-XX:+DisablePrimordialThreadGuardPages");
  }
  return options;
}

/**
 * Gives this thread a locale of its own, with UTF-8. The machine asks its first thread for the
 * encoding of paths, and Node's paths are UTF-8 whatever the locale of the process, and whether
 * that is installed or not.
 */
void UseUtf8() {
  for (const char* name : {"C.UTF-8", "C.utf8", "en_US.UTF-8"}) {
    if (locale_t utf8 = newlocale(LC_CTYPE_MASK, name, nullptr)) {
      uselocale(utf8);
      return;
    }
  }
}

/** Starts the machine on this thread. Returns why it did not start; empty if it runs. */
std::string Create(void* libjvm, JNIEnv** jni) {
  auto create = reinterpret_cast<CreateJavaVm>(dlsym(libjvm, "JNI_CreateJavaVM"));
  if (create == nullptr) {
    return dlerror();
  }
  const std::string other = LibraryOfOtherMachine();
  if (!other.empty()) {
    return "another part of this program runs a Java virtual machine already, that of " + other +
           ", and a process has room for one";
  }
  std::vector<std::string>& lines = machine().options.options;
  lines.push_back(early_output::AgentOption());
  for (std::string& option : StackOptions()) {
    lines.push_back(std::move(option));
  }
  std::vector<JavaVMOption> options = {
      Hook("vfprintf", reinterpret_cast<void*>(&start_messages::Print)),
      Hook("abort", reinterpret_cast<void*>(&OnAbort)),
      Hook("exit", reinterpret_cast<void*>(&OnExit))};
  for (std::string& line : lines) {
    options.push_back({line.data(), nullptr});
  }
  JavaVMInitArgs args = {JNI_VERSION_21, static_cast<jint>(options.size()), options.data(),
                         JNI_FALSE};
  UseUtf8();
  start_messages::Begin();
  machine().before.emplace(libjvm);
  const jint outcome = create(&machine().vm, reinterpret_cast<void**>(jni), &args);
  machine().before->Restore(outcome == JNI_OK);
  if (outcome != JNI_OK) {
    return Printed() + "JNI_CreateJavaVM returned " + std::to_string(outcome);
  }
  early_output::Restore(*jni);
  fputs(Printed().c_str(), stderr);
  return "";
}

/** The thread that starts the machine and then belongs to it. */
void* Run(void*) {
  starts_the_machine = true;
  void* libjvm = dlopen(machine().options.libjvm.c_str(), RTLD_NOW | RTLD_GLOBAL);
  // Once more, now that libjvm is there: what is registered last is called first.
  atexit(&OnProcessExit);
  JNIEnv* jni = nullptr;
  std::string reason;
  if (libjvm == nullptr) {
    reason = dlerror();
  } else {
    reason = machine().options.joins ? Join(libjvm, &jni) : Create(libjvm, &jni);
  }
  if (!reason.empty()) {
    Fail(reason);
    return nullptr;
  }
  const std::optional<BridgeError> failure = machine().bridge.Load(jni);
  Finish(failure ? Phase::kFailed : Phase::kRunning, failure.value_or(BridgeError()));
  Park();
}

}  // namespace

void Start(StartOptions options, int64_t waiter, std::shared_ptr<EventQueue> queue) {
  std::lock_guard<std::mutex> lock(machine().mutex);
  const Waiter added = {waiter, std::move(queue)};
  switch (machine().phase) {
    case Phase::kNew: {
      machine().options = std::move(options);
      machine().waiters.push_back(added);
      machine().phase = Phase::kStarting;
      atexit(&OnProcessExit);
      pthread_t thread;
      if (pthread_create(&thread, nullptr, &Run, nullptr) == 0) {
        pthread_detach(thread);
        return;
      }
      machine().waiters.clear();
      machine().failure = {u"JVM_START_FAILED", u"the system refused a new thread"};
      machine().phase = Phase::kFailed;
      break;
    }
    case Phase::kStarting:
      machine().waiters.push_back(added);
      return;
    case Phase::kRunning:
    case Phase::kFailed:
      break;
  }
  Tell(added, machine().phase);
}

int32_t Protocol() { return machine().bridge.Protocol(); }

BridgeError Failure() {
  std::lock_guard<std::mutex> lock(machine().mutex);
  return machine().failure;
}

Entry Enter() {
  if (machine().phase != Phase::kRunning) {
    return {};
  }
  return {AttachedThread(machine().vm), &machine().bridge};
}

void Leave() {
  if (machine().phase == Phase::kRunning) {
    DetachThread(machine().vm);
  }
}

}  // namespace realm::java_vm
