#include "java_vm.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <utility>

#include "early_output.h"
#include "java_thread.h"
#include "platform/platform.h"
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

std::string Printed() { return start_messages::End() + early_output::Take(); }

/**
 * The machine is about to end the process. While it starts, it has only met a bad option or too
 * little memory: the program goes on without it, and its thread stays here for ever.
 */
void OnAbort() {
  if (machine().phase == Phase::kStarting) {
    machine().before->Restore(false);
    Fail(Printed());
    platform::Park();
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
  machine().vm = CreatedBy(platform::FunctionOf(libjvm, "JNI_GetCreatedJavaVMs"));
  const bool joined =
      machine().vm != nullptr &&
      machine().vm->AttachCurrentThreadAsDaemon(reinterpret_cast<void**>(jni), nullptr) == JNI_OK;
  return joined ? "" : "there is no Java in this process to join";
}

/** The library whose machine runs in this process; empty if there is none. */
std::string LibraryOfOtherMachine() {
  for (const std::string& library : platform::LoadedLibraries()) {
    if (CreatedBy(platform::LoadedFunction(library, "JNI_GetCreatedJavaVMs")) != nullptr) {
      return library;
    }
  }
  return "";
}

/**
 * ProcessImpl's initializer sets SIGCHLD, once, and reading the environment is enough to run it.
 * Node hears of the end of its children by that signal: it is taken now, and given back. To find a
 * class is to initialize it.
 */
void ThinkOfProcesses(JNIEnv* jni) {
  platform::KeepChildren([jni] {
    if (jni->FindClass("java/lang/ProcessImpl") == nullptr) {
      jni->ExceptionClear();
    }
  });
}

/** Starts the machine on this thread. Returns why it did not start; empty if it runs. */
std::string Create(void* libjvm, JNIEnv** jni) {
  auto create = reinterpret_cast<CreateJavaVm>(platform::FunctionOf(libjvm, "JNI_CreateJavaVM"));
  if (create == nullptr) {
    return machine().options.libjvm + " has no JNI_CreateJavaVM";
  }
  const std::string other = LibraryOfOtherMachine();
  if (!other.empty()) {
    return "another part of this program runs a Java virtual machine already, that of " + other +
           ", and a process has room for one";
  }
  std::vector<std::string>& lines = machine().options.options;
  lines.push_back(early_output::AgentOption());
  for (std::string& option : platform::StackOptions()) {
    lines.push_back(std::move(option));
  }
  std::vector<JavaVMOption> options = {
      Hook("vfprintf", reinterpret_cast<void*>(&start_messages::Print)),
      Hook("abort", reinterpret_cast<void*>(&OnAbort)),
      Hook("exit", reinterpret_cast<void*>(&OnExit))};
  for (std::string& line : lines) {
    line = platform::OptionText(line);
    options.push_back({line.data(), nullptr});
  }
  JavaVMInitArgs args = {JNI_VERSION_21, static_cast<jint>(options.size()), options.data(),
                         JNI_FALSE};
  platform::UseUtf8();
  start_messages::Begin();
  machine().before.emplace(libjvm);
  const jint outcome = create(&machine().vm, reinterpret_cast<void**>(jni), &args);
  if (outcome == JNI_OK) {
    ThinkOfProcesses(*jni);
  }
  machine().before->Restore(outcome == JNI_OK);
  if (outcome != JNI_OK) {
    return Printed() + "JNI_CreateJavaVM returned " + std::to_string(outcome);
  }
  early_output::Restore(*jni);
  fputs(Printed().c_str(), stderr);
  return "";
}

/** The thread that starts the machine and then belongs to it. */
void Run() {
  starts_the_machine = true;
  std::string reason;
  void* libjvm = platform::OpenLibrary(machine().options.libjvm, &reason);
  // Once more, now that libjvm is there.
  platform::OnExit(&OnProcessExit);
  JNIEnv* jni = nullptr;
  if (libjvm != nullptr) {
    reason = machine().options.joins ? Join(libjvm, &jni) : Create(libjvm, &jni);
  }
  if (!reason.empty()) {
    Fail(reason);
    return;
  }
  const std::optional<BridgeError> failure = machine().bridge.Load(jni);
  Finish(failure ? Phase::kFailed : Phase::kRunning, failure.value_or(BridgeError()));
  platform::Park();
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
      platform::OnExit(&OnProcessExit);
      if (platform::StartThread(&Run)) {
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
