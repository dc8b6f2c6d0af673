#include "early_output.h"

#include <jvmti.h>

#include <optional>

#include "java_thread.h"
#include "platform/platform.h"

namespace realm::early_output {
namespace {

/** What System.out and System.err wrote to before. */
struct Redirected {
  platform::Pipe pipe;
  int64_t out;
  int64_t err;
};

/** Used by the thread that starts the machine, and by no other. */
std::optional<Redirected> redirected;

/**
 * Has a stream of java.lang.System write elsewhere, by the number in java.io.FileDescriptor: at
 * this early time no Java code, not even System.setErr, can be run.
 *
 * @param stream "out" or "err"
 * @return where it wrote before
 */
int64_t Point(JNIEnv* jni, const char* stream, int64_t file) {
  LocalReferences locals(jni);
  jclass descriptors = jni->FindClass("java/io/FileDescriptor");
  jfieldID field = jni->GetStaticFieldID(descriptors, stream, "Ljava/io/FileDescriptor;");
  return platform::Redirect(jni, jni->GetStaticObjectField(descriptors, field), file);
}

void JNICALL OnVmStart(jvmtiEnv*, JNIEnv* jni) {
  platform::Pipe pipe;
  // Without a pipe the program sees a warning more.
  if (platform::OpenPipe(&pipe)) {
    const int64_t out = Point(jni, "out", pipe.writer);
    const int64_t err = Point(jni, "err", pipe.writer);
    redirected = {pipe, out, err};
  }
}

bool IsIncubatorWarning(const std::string& line) {
  return line.rfind("WARNING: Using incubator modules", 0) == 0;
}

}  // namespace

std::string AgentOption() { return "-agentpath:" + platform::OwnFile(); }

void Restore(JNIEnv* jni) {
  if (redirected) {
    Point(jni, "out", redirected->out);
    Point(jni, "err", redirected->err);
  }
}

std::string Take() {
  const std::string printed = redirected ? platform::Drain(redirected->pipe) : "";
  redirected.reset();
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
