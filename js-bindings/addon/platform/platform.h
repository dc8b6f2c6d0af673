#pragma once

#include <jni.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace realm {

/**
 * What each system does in its own way. posix.cc has what Linux and macOS share, linux.cc and
 * macos.cc the rest, windows.cc all of it; a build takes the files of its system. Texts and paths
 * are UTF-8.
 */
namespace platform {

/**
 * Loads the library of a virtual machine, with the libraries that it needs.
 *
 * @param reason why it does not load, as the system says it
 * @return null if it does not load
 */
void* OpenLibrary(const std::string& file, std::string* reason);

/** A function of a library; null if it has none of this name. */
void* FunctionOf(void* library, const char* name);

/** The files of all libraries of the process, in the order in which they were loaded. */
std::vector<std::string> LoadedLibraries();

/** A function of a library that is loaded; null if it is not, or has none of this name. */
void* LoadedFunction(const std::string& file, const char* name);

/** The file of this addon. */
std::string OwnFile();

/** This addon stays in memory until the process ends. */
void StayLoaded();

/** Runs a function on a new thread. Returns whether the system gave one. */
bool StartThread(void (*run)());

/** Keeps this thread from ever running again. */
[[noreturn]] void Park();

/**
 * Calls a function when the process exits, if code of this process runs on other threads while the
 * system takes it down. What was registered last is called first.
 */
void OnExit(void (*function)());

/** An option of the machine, in the encoding in which it reads options. */
std::string OptionText(const std::string& option);

/**
 * The options for the size of stacks. The machine makes the last pages of the main thread's stack
 * inaccessible, to notice Java methods that recurse without end. JavaScript has a stack of the same
 * thread, as deep as `--stack-size` says, and a guard within it ends the process without a word. So
 * the guard lies at the end of what the system gives the thread, or there is none.
 */
std::vector<std::string> StackOptions();

/**
 * Has this thread, on which the machine starts, work with UTF-8 if the machine asks it for the
 * encoding of paths.
 */
void UseUtf8();

/**
 * Makes the end of this thread's stack accessible again. Java guards some pages there, and leaves
 * them behind without access. Where the C library gives the stack to a later thread, maybe of
 * Java's, that would meet them above its own guard, and a recursion without end would end the
 * process instead of in an error.
 */
void ReleaseStackEnd();

/** Notes the signal handlers of the process, before the machine of this library starts. */
void NoteSignals(void* libjvm);

/**
 * Puts back those handlers that the machine has replaced: all if it did not start, else those that
 * it can live without.
 */
void RestoreSignals(bool machine_runs);

/**
 * Does something that leaves nobody to hear of the end of children, and gives the signal back to
 * who heard it before: a child may have ended meanwhile, and Node's handler looks for all of them.
 */
void KeepChildren(const std::function<void()>& taker);

/** The ends of a pipe, as Java's streams know them: file descriptors, or handles. */
struct Pipe {
  int64_t reader;
  int64_t writer;
};

/**
 * Makes a pipe that nobody waits for: a reader takes what there is, and a writer whom nobody reads
 * goes on. Returns whether the system gave one.
 */
bool OpenPipe(Pipe* pipe);

/** Takes what a pipe has, and closes it. */
std::string Drain(const Pipe& pipe);

/**
 * Has a java.io.FileDescriptor stand for another open file, as JNI sets fields. Returns which it
 * stood for.
 */
int64_t Redirect(JNIEnv* jni, jobject descriptor, int64_t file);

}  // namespace platform
}  // namespace realm
