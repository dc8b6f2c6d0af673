// Windows.

#include <windows.h>

// After windows.h, which it needs.
#include <psapi.h>

#include <algorithm>
#include <cstring>

#include "platform.h"

/** Where the functions of Node are, in the order of their names; what the build adds jumps there.
 */
extern "C" void* realm_node_functions[];

/** The names, each with a zero at its end; the last one is empty. */
extern "C" const char realm_node_function_names[];

namespace realm::platform {
namespace {

/** As deep as the stacks that the machine gives its own threads, see StackOptions(). */
constexpr SIZE_T kStack = 7500 * 1024;

/** More than a starting machine ever prints: a writer whom nobody reads tries again and again. */
constexpr DWORD kPipe = 1 << 20;

std::wstring WideOf(const std::string& utf8) {
  const int length = static_cast<int>(utf8.size());
  const int units = MultiByteToWideChar(CP_UTF8, 0, utf8.data(), length, nullptr, 0);
  std::wstring wide(static_cast<size_t>(units), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, utf8.data(), length, wide.data(), units);
  return wide;
}

std::string NarrowOf(const std::wstring& wide, UINT encoding) {
  const int length = static_cast<int>(wide.size());
  const int bytes =
      WideCharToMultiByte(encoding, 0, wide.data(), length, nullptr, 0, nullptr, nullptr);
  std::string narrow(static_cast<size_t>(bytes), '\0');
  WideCharToMultiByte(encoding, 0, wide.data(), length, narrow.data(), bytes, nullptr, nullptr);
  return narrow;
}

std::string FileOf(HMODULE library) {
  std::wstring file(MAX_PATH, L'\0');
  while (true) {
    const DWORD room = static_cast<DWORD>(file.size());
    const DWORD length = GetModuleFileNameW(library, file.data(), room);
    if (length < room) {
      file.resize(length);
      return NarrowOf(file, CP_UTF8);
    }
    file.resize(2 * file.size());
  }
}

HMODULE OwnLibrary(DWORD flags) {
  HMODULE own = nullptr;
  GetModuleHandleExW(flags | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<LPCWSTR>(&OwnLibrary), &own);
  return own;
}

std::string MessageOf(DWORD error) {
  wchar_t text[512];
  const DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
                                      nullptr, error, 0, text, sizeof text / sizeof *text, nullptr);
  std::string message = NarrowOf(std::wstring(text, length), CP_UTF8);
  // Windows ends its sentences with a new line.
  message.erase(message.find_last_not_of("\r\n ") + 1);
  return message + " (error " + std::to_string(error) + ")";
}

std::wstring FolderOf(const std::wstring& file) { return file.substr(0, file.find_last_of(L'\\')); }

/** The program and its libraries, in the order in which they were loaded. */
std::vector<HMODULE> Libraries() {
  std::vector<HMODULE> libraries(256);
  DWORD bytes = 0;
  while (EnumProcessModules(GetCurrentProcess(), libraries.data(),
                            static_cast<DWORD>(libraries.size() * sizeof(HMODULE)), &bytes) &&
         bytes > libraries.size() * sizeof(HMODULE)) {
    libraries.resize(bytes / sizeof(HMODULE));
  }
  libraries.resize(std::min<size_t>(libraries.size(), bytes / sizeof(HMODULE)));
  return libraries;
}

/** Where the functions of Node are, in the order of their names; what the build adds jumps there.
 */
extern "C" void* realm_node_functions[];

/** The names, each with a zero at its end; the last one is empty. */
extern "C" const char realm_node_function_names[];

/** The program that runs, or a library of it, that has Node's functions; null if none has. */
HMODULE Node() {
  HMODULE program = GetModuleHandleW(nullptr);
  if (GetProcAddress(program, realm_node_function_names) != nullptr) {
    return program;
  }
  for (HMODULE library : Libraries()) {
    if (GetProcAddress(library, realm_node_function_names) != nullptr) {
      return library;
    }
  }
  return nullptr;
}

/** Runs while the system loads the addon. */
__attribute__((constructor)) void FindNodeFunctions() {
  HMODULE node = Node();
  const char* name = realm_node_function_names;
  for (size_t i = 0; node != nullptr && *name != '\0'; i++) {
    realm_node_functions[i] = reinterpret_cast<void*>(GetProcAddress(node, name));
    name += std::strlen(name) + 1;
  }
}

DWORD WINAPI RunThread(void* run) {
  reinterpret_cast<void (*)()>(run)();
  return 0;
}

}  // namespace

/**
 * The library is bin\server\jvm.dll, and the C library that it was built with lies in bin, beside
 * what it loads itself later on.
 */
void* OpenLibrary(const std::string& file, std::string* reason) {
  const std::wstring path = WideOf(file);
  AddDllDirectory(FolderOf(FolderOf(path)).c_str());
  HMODULE library = LoadLibraryExW(
      path.c_str(), nullptr, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
  if (library == nullptr) {
    *reason = file + ": " + MessageOf(GetLastError());
  }
  return library;
}

void* FunctionOf(void* library, const char* name) {
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(library), name));
}

std::vector<std::string> LoadedLibraries() {
  std::vector<std::string> files;
  for (HMODULE library : Libraries()) {
    files.push_back(FileOf(library));
  }
  return files;
}

void* LoadedFunction(const std::string& file, const char* name) {
  HMODULE loaded = GetModuleHandleW(WideOf(file).c_str());
  return loaded == nullptr ? nullptr : FunctionOf(loaded, name);
}

std::string OwnFile() { return FileOf(OwnLibrary(GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT)); }

void StayLoaded() { OwnLibrary(GET_MODULE_HANDLE_EX_FLAG_PIN); }

bool StartThread(void (*run)()) {
  HANDLE thread = CreateThread(nullptr, kStack, &RunThread, reinterpret_cast<void*>(run),
                               STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
  if (thread == nullptr) {
    return false;
  }
  CloseHandle(thread);
  return true;
}

void Park() {
  while (true) {
    Sleep(INFINITE);
  }
}

/** Windows ends all other threads before it takes anything down. */
void OnExit(void (*)()) {}

/** The machine reads the code page of the system. */
std::string OptionText(const std::string& option) { return NarrowOf(WideOf(option), CP_ACP); }

/** The machine asks the system where the main thread's stack ends; its own are as deep as on Linux.
 */
std::vector<std::string> StackOptions() {
  return {"-XX:ThreadStackSize=" + std::to_string(kStack / 1024)};
}

/** Windows knows paths in UTF-16. */
void UseUtf8() {}

/** Windows gives each thread a stack of its own. */
void ReleaseStackEnd() {}

/** With -Xrs the machine takes no signal, and what it does with exceptions it lives on. */
void NoteSignals(void*) {}

void RestoreSignals(bool) {}

void KeepChildren(const std::function<void()>& taker) { taker(); }

bool OpenPipe(Pipe* opened) {
  HANDLE reader = nullptr;
  HANDLE writer = nullptr;
  if (!CreatePipe(&reader, &writer, nullptr, kPipe)) {
    return false;
  }
  DWORD mode = PIPE_READMODE_BYTE | PIPE_NOWAIT;
  SetNamedPipeHandleState(reader, &mode, nullptr, nullptr);
  SetNamedPipeHandleState(writer, &mode, nullptr, nullptr);
  *opened = {reinterpret_cast<int64_t>(reader), reinterpret_cast<int64_t>(writer)};
  return true;
}

std::string Drain(const Pipe& pipe) {
  HANDLE reader = reinterpret_cast<HANDLE>(pipe.reader);
  std::string drained;
  char bytes[4096];
  DWORD length = 0;
  while (ReadFile(reader, bytes, sizeof bytes, &length, nullptr) && length > 0) {
    drained.append(bytes, length);
  }
  CloseHandle(reader);
  CloseHandle(reinterpret_cast<HANDLE>(pipe.writer));
  return drained;
}

int64_t Redirect(JNIEnv* jni, jobject descriptor, int64_t file) {
  jfieldID handle = jni->GetFieldID(jni->GetObjectClass(descriptor), "handle", "J");
  const jlong before = jni->GetLongField(descriptor, handle);
  jni->SetLongField(descriptor, handle, file);
  return before;
}

}  // namespace realm::platform
