#include "early_output.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <jvmti.h>
#include <unistd.h>

#include "java_thread.h"

namespace realm::early_output {
namespace {

/** Used by the thread that starts the machine, and by no other. */
int pipe_ends[2] = {-1, -1};

/**
 * Has a stream of java.lang.System write to another file descriptor. The number in
 * java.io.FileDescriptor is set as JNI sets fields: at this early time no Java code, not even
 * System.setErr, can be run.
 *
 * @param stream "out" or "err"
 */
void Point(JNIEnv* jni, const char* stream, int descriptor) {
  LocalReferences locals(jni);
  jclass descriptors = jni->FindClass("java/io/FileDescriptor");
  jfieldID field = jni->GetStaticFieldID(descriptors, stream, "Ljava/io/FileDescriptor;");
  jfieldID number = jni->GetFieldID(descriptors, "fd", "I");
  jni->SetIntField(jni->GetStaticObjectField(descriptors, field), number, descriptor);
}

void JNICALL OnVmStart(jvmtiEnv*, JNIEnv* jni) {
  // Without a pipe the program sees a warning more.
  if (pipe(pipe_ends) == 0) {
    for (const int end : pipe_ends) {
      fcntl(end, F_SETFD, FD_CLOEXEC);
      // A reader takes what there is, and a writer whom nobody reads must not stop the start.
      fcntl(end, F_SETFL, O_NONBLOCK);
    }
    Point(jni, "out", pipe_ends[1]);
    Point(jni, "err", pipe_ends[1]);
  }
}

bool IsIncubatorWarning(const std::string& line) {
  return line.rfind("WARNING: Using incubator modules", 0) == 0;
}

}  // namespace

std::string AgentOption() {
  Dl_info addon;
  dladdr(reinterpret_cast<const void*>(&AgentOption), &addon);
  return std::string("-agentpath:") + addon.dli_fname;
}

void Restore(JNIEnv* jni) {
  Point(jni, "out", STDOUT_FILENO);
  Point(jni, "err", STDERR_FILENO);
}

std::string Take() {
  std::string printed;
  char bytes[4096];
  ssize_t length = 0;
  while ((length = read(pipe_ends[0], bytes, sizeof bytes)) > 0) {
    printed.append(bytes, static_cast<size_t>(length));
  }
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  std::string kept;
  for (size_t start = 0; start < printed.size();) {
    const size_t end = printed.find('\n', start);
    const size_t next = end == std::string::npos ? printed.size() : end + 1;
    const std::string line = printed.substr(start, next - start);
    if (!IsIncubatorWarning(line)) {
      kept += line;
    }
    start = next;
  }
  return kept;
}

}  // namespace realm::early_output

/** The virtual machine's entry into the agent. */
extern "C" JNIEXPORT jint JNICALL Agent_OnLoad(JavaVM* vm, char*, void*) {
  jvmtiEnv* jvmti = nullptr;
  if (vm->GetEnv(reinterpret_cast<void**>(&jvmti), JVMTI_VERSION_9) != JNI_OK) {
    return JNI_ERR;
  }
  jvmtiCapabilities capabilities = {};
  capabilities.can_generate_early_vmstart = 1;
  jvmtiEventCallbacks callbacks = {};
  callbacks.VMStart = &realm::early_output::OnVmStart;
  const bool ready = jvmti->AddCapabilities(&capabilities) == JVMTI_ERROR_NONE &&
                     jvmti->SetEventCallbacks(&callbacks, sizeof callbacks) == JVMTI_ERROR_NONE &&
                     jvmti->SetEventNotificationMode(JVMTI_ENABLE, JVMTI_EVENT_VM_START, nullptr) ==
                         JVMTI_ERROR_NONE;
  return ready ? JNI_OK : JNI_ERR;
}
