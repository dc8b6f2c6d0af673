// Linux and macOS.

#include <dlfcn.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "platform.h"

namespace realm::platform {
namespace {

void* RunThread(void* run) {
  reinterpret_cast<void (*)()>(run)();
  return nullptr;
}

/** Where the library that holds a function was loaded; null if none holds it. */
const void* LibraryOf(const void* function) {
  Dl_info info;
  return dladdr(function, &info) != 0 ? info.dli_fbase : nullptr;
}

/** Those that a running machine can live without come first. */
constexpr std::array<int, 7> kSignals = {SIGUSR2, SIGPIPE, SIGXFSZ, SIGSEGV,
                                         SIGBUS,  SIGFPE,  SIGILL};
constexpr size_t kNotOfRunningMachine = 3;

/** Used by the thread that starts the machine. */
struct Handlers {
  const void* machine = nullptr;
  std::array<struct sigaction, kSignals.size()> before;
} handlers;

}  // namespace

void* OpenLibrary(const std::string& file, std::string* reason) {
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) {
    *reason = dlerror();
  }
  return library;
}

void* FunctionOf(void* library, const char* name) { return dlsym(library, name); }

void* LoadedFunction(const std::string& file, const char* name) {
  // The program itself has no name among the loaded libraries.
  void* loaded = file.empty() ? nullptr : dlopen(file.c_str(), RTLD_LAZY | RTLD_NOLOAD);
  if (loaded == nullptr) {
    return nullptr;
  }
  void* function = dlsym(loaded, name);
  dlclose(loaded);
  return function;
}

std::string OwnFile() {
  Dl_info addon;
  dladdr(reinterpret_cast<const void*>(&OwnFile), &addon);
  return addon.dli_fname;
}

void StayLoaded() { dlopen(OwnFile().c_str(), RTLD_NOW | RTLD_NODELETE); }

bool StartThread(void (*run)()) {
  pthread_t thread;
  if (pthread_create(&thread, nullptr, &RunThread, reinterpret_cast<void*>(run)) != 0) {
    return false;
  }
  pthread_detach(thread);
  return true;
}

void Park() {
  while (true) {
    pause();
  }
}

void OnExit(void (*function)()) { atexit(function); }

std::string OptionText(const std::string& option) { return option; }

/**
 * The machine guards the main thread's stack at this depth at most. Stacks of more than 64 MB have
 * no guard: each thread of Java would get as large a stack, and who asks for so much wants it for
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
 * The machine reads the locale of its first thread. Node's paths are UTF-8 whatever the locale of
 * the process, and whether that is installed or not.
 */
void UseUtf8() {
  for (const char* name : {"C.UTF-8", "C.utf8", "en_US.UTF-8"}) {
    if (locale_t utf8 = newlocale(LC_CTYPE_MASK, name, nullptr)) {
      uselocale(utf8);
      return;
    }
  }
}

void NoteSignals(void* libjvm) {
  handlers.machine = LibraryOf(dlsym(libjvm, "JNI_CreateJavaVM"));
  for (size_t i = 0; i < kSignals.size(); i++) {
    sigaction(kSignals[i], nullptr, &handlers.before[i]);
  }
}

/**
 * A machine that runs keeps SIGSEGV, SIGBUS, SIGFPE and SIGILL, for it lives on them, and hands on
 * those that are not its own, such as Node's WebAssembly traps. Even with -Xrs it has also taken
 * SIGUSR2, SIGPIPE and SIGXFSZ.
 */
void RestoreSignals(bool machine_runs) {
  const size_t count = machine_runs ? kNotOfRunningMachine : kSignals.size();
  for (size_t i = 0; i < count; i++) {
    struct sigaction now;
    sigaction(kSignals[i], nullptr, &now);
    // sa_handler and sa_sigaction share their place.
    if (LibraryOf(reinterpret_cast<const void*>(now.sa_handler)) == handlers.machine) {
      sigaction(kSignals[i], &handlers.before[i], nullptr);
    }
  }
}

void KeepChildren(const std::function<void()>& taker) {
  struct sigaction before;
  struct sigaction after;
  sigaction(SIGCHLD, nullptr, &before);
  taker();
  sigaction(SIGCHLD, nullptr, &after);
  if (after.sa_handler != before.sa_handler && after.sa_handler == SIG_DFL) {
    sigaction(SIGCHLD, &before, nullptr);
    kill(getpid(), SIGCHLD);
  }
}

bool OpenPipe(Pipe* opened) {
  int ends[2];
  if (pipe(ends) != 0) {
    return false;
  }
  for (const int end : ends) {
    fcntl(end, F_SETFD, FD_CLOEXEC);
    fcntl(end, F_SETFL, O_NONBLOCK);
  }
  *opened = {ends[0], ends[1]};
  return true;
}

std::string Drain(const Pipe& pipe) {
  std::string drained;
  char bytes[4096];
  ssize_t length = 0;
  while ((length = read(static_cast<int>(pipe.reader), bytes, sizeof bytes)) > 0) {
    drained.append(bytes, static_cast<size_t>(length));
  }
  close(static_cast<int>(pipe.reader));
  close(static_cast<int>(pipe.writer));
  return drained;
}

int64_t Redirect(JNIEnv* jni, jobject descriptor, int64_t file) {
  jfieldID number = jni->GetFieldID(jni->GetObjectClass(descriptor), "fd", "I");
  const jint before = jni->GetIntField(descriptor, number);
  jni->SetIntField(descriptor, number, static_cast<jint>(file));
  return before;
}

}  // namespace realm::platform
