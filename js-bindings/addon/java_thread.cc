#include "java_thread.h"

#include "platform/platform.h"

namespace realm {
namespace {

thread_local JNIEnv* attached = nullptr;

}  // namespace

JNIEnv* AttachedThread(JavaVM* vm) {
  if (attached == nullptr) {
    char name[] = "node";
    JavaVMAttachArgs args = {JNI_VERSION_10, name, nullptr};
    void* jni = nullptr;
    if (vm->AttachCurrentThreadAsDaemon(&jni, &args) == JNI_OK) {
      attached = static_cast<JNIEnv*>(jni);
    }
  }
  return attached;
}

void DetachThread(JavaVM* vm) {
  if (attached != nullptr) {
    attached = nullptr;
    vm->DetachCurrentThread();
    platform::ReleaseStackEnd();
  }
}

}  // namespace realm
