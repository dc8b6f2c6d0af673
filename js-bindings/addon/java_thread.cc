#include "java_thread.h"

#include <pthread.h>
#include <sys/mman.h>

namespace realm {
namespace {

thread_local JNIEnv* attached = nullptr;

/**
 * Makes the end of this thread's stack accessible again. Java guards some pages there, and leaves
 * them behind without access. The C library gives the stack to a later thread, maybe of Java's:
 * that would meet them above its own guard, and a recursion without end would end the process
 * instead of in an error.
 */
void ReleaseStackEnd() {
#ifdef __linux__
  constexpr size_t kMoreThanGuarded = 1 << 16;
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
    return;
  }
  void* end = nullptr;
  size_t size = 0;
  if (pthread_attr_getstack(&attributes, &end, &size) == 0 && size > 2 * kMoreThanGuarded) {
    mprotect(end, kMoreThanGuarded, PROT_READ | PROT_WRITE);
  }
  pthread_attr_destroy(&attributes);
#endif
}

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
    ReleaseStackEnd();
  }
}

}  // namespace realm
