#pragma once

#include <jni.h>

namespace realm {

/**
 * The JNI environment of this thread, which is attached to the virtual machine the first time: as a
 * daemon, for the rest of its life. Null if the machine refuses.
 */
JNIEnv* AttachedThread(JavaVM* vm);

/** Undoes AttachedThread(); does nothing if the thread is not attached. */
void DetachThread(JavaVM* vm);

/**
 * Frees on return what JNI calls of native code left: a thread that was attached by hand never
 * returns to Java, and would keep every local reference.
 */
class LocalReferences {
 public:
  explicit LocalReferences(JNIEnv* jni) : jni_(jni) { pushed_ = jni->PushLocalFrame(16) == JNI_OK; }
  ~LocalReferences() {
    if (pushed_) {
      jni_->PopLocalFrame(nullptr);
    }
  }
  LocalReferences(const LocalReferences&) = delete;
  LocalReferences& operator=(const LocalReferences&) = delete;

 private:
  JNIEnv* const jni_;
  bool pushed_;
};

}  // namespace realm
