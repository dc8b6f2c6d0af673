#include "java_bridge.h"

#include "event_queue.h"
#include "java_text.h"
#include "java_thread.h"
#include "job_routes.h"

namespace realm {
namespace {

/** AddonBridge.emit: a Java thread tells JavaScript something. */
jboolean JNICALL Emit(JNIEnv* jni, jclass, jlong job, jint kind, jstring payload) {
  auto queue = job_routes::Find(job);
  if (queue == nullptr) {
    return JNI_FALSE;
  }
  const auto event_kind = static_cast<EventKind>(kind);
  const bool taken = queue->Push({job, event_kind, TextOf(jni, payload)});
  if (EndsJob(event_kind)) {
    job_routes::Remove(job);
  }
  return taken ? JNI_TRUE : JNI_FALSE;
}

std::u16string TextAt(JNIEnv* jni, jobjectArray texts, jsize index) {
  auto text = static_cast<jstring>(jni->GetObjectArrayElement(texts, index));
  // It cannot fail, but -Xcheck:jni complains of a JNI call after one that was not asked.
  return jni->ExceptionCheck() ? std::u16string() : TextOf(jni, text);
}

jlong AddressOf(const Memory& memory) { return reinterpret_cast<jlong>(memory.address); }

/** JNI's table of native methods is not const. */
JNINativeMethod EmitMethod() {
  static char name[] = "emit";
  static char signature[] = "(JILjava/lang/String;)Z";
  return {name, signature, reinterpret_cast<void*>(&Emit)};
}

}  // namespace

std::optional<BridgeError> JavaBridge::Load(JNIEnv* jni) {
  LocalReferences locals(jni);
  // Chained: after a failure the later ones must not run, and TakeException() tells the first.
  jclass bridge = jni->FindClass("ai/realm/bridge/addon/AddonBridge");
  jclass out_of_memory = bridge == nullptr ? nullptr : jni->FindClass("java/lang/OutOfMemoryError");
  const JNINativeMethod emit = EmitMethod();
  const bool loaded =
      out_of_memory != nullptr &&
      (prepare_ = jni->GetStaticMethodID(bridge, "prepare", "()V")) != nullptr &&
      (call_ = jni->GetStaticMethodID(
           bridge, "call", "(Ljava/lang/String;Ljava/lang/String;JJ)Ljava/lang/String;")) !=
          nullptr &&
      (open_ = jni->GetStaticMethodID(bridge, "open",
                                      "(JJLjava/lang/String;Ljava/lang/String;JJ)V")) != nullptr &&
      (cancel_ = jni->GetStaticMethodID(bridge, "cancel", "(J)V")) != nullptr &&
      (environment_ended_ = jni->GetStaticMethodID(bridge, "environmentEnded", "(J)V")) !=
          nullptr &&
      (describe_ = jni->GetStaticMethodID(
           bridge, "describe", "(Ljava/lang/Throwable;)[Ljava/lang/String;")) != nullptr &&
      jni->RegisterNatives(bridge, &emit, 1) == JNI_OK;
  if (loaded) {
    class_ = static_cast<jclass>(jni->NewGlobalRef(bridge));
    out_of_memory_ = static_cast<jclass>(jni->NewGlobalRef(out_of_memory));
    jni->CallStaticVoidMethod(class_, prepare_);
  }
  return TakeException(jni);
}

std::optional<BridgeError> JavaBridge::Call(JNIEnv* jni, const Request& request,
                                            std::u16string* answer) const {
  LocalReferences locals(jni);
  jstring method = JavaText(jni, request.method);
  jstring json = method == nullptr ? nullptr : JavaText(jni, request.json);
  if (json != nullptr) {
    auto java_answer = static_cast<jstring>(
        jni->CallStaticObjectMethod(class_, call_, method, json, AddressOf(request.bytes),
                                    static_cast<jlong>(request.bytes.length)));
    if (!jni->ExceptionCheck()) {
      *answer = TextOf(jni, java_answer);
    }
  }
  return TakeException(jni);
}

std::optional<BridgeError> JavaBridge::Open(JNIEnv* jni, int64_t environment, int64_t job,
                                            const Request& request) const {
  LocalReferences locals(jni);
  jstring method = JavaText(jni, request.method);
  jstring json = method == nullptr ? nullptr : JavaText(jni, request.json);
  if (json != nullptr) {
    jni->CallStaticVoidMethod(class_, open_, static_cast<jlong>(environment),
                              static_cast<jlong>(job), method, json, AddressOf(request.bytes),
                              static_cast<jlong>(request.bytes.length));
  }
  return TakeException(jni);
}

std::optional<BridgeError> JavaBridge::Cancel(JNIEnv* jni, int64_t job) const {
  LocalReferences locals(jni);
  jni->CallStaticVoidMethod(class_, cancel_, static_cast<jlong>(job));
  return TakeException(jni);
}

std::optional<BridgeError> JavaBridge::EnvironmentEnded(JNIEnv* jni, int64_t environment) const {
  LocalReferences locals(jni);
  jni->CallStaticVoidMethod(class_, environment_ended_, static_cast<jlong>(environment));
  return TakeException(jni);
}

std::optional<BridgeError> JavaBridge::TakeException(JNIEnv* jni) const {
  jthrowable thrown = jni->ExceptionOccurred();
  if (thrown == nullptr) {
    return std::nullopt;
  }
  jni->ExceptionClear();
  if (class_ != nullptr) {
    auto description =
        static_cast<jobjectArray>(jni->CallStaticObjectMethod(class_, describe_, thrown));
    if (!jni->ExceptionCheck()) {
      return BridgeError{TextAt(jni, description, 0), TextAt(jni, description, 1)};
    }
    // There was no memory or stack left to describe it with.
    jni->ExceptionClear();
    if (jni->IsInstanceOf(thrown, out_of_memory_)) {
      return BridgeError{u"OUT_OF_MEMORY",
                         u"Java has no memory left: dispose models, or raise the limit with "
                         u"REALM_JAVA_OPTIONS=-Xmx4g"};
    }
    return BridgeError{u"INTERNAL", u"a Java error that could not be described"};
  }
  return BridgeError{u"JVM_START_FAILED",
                     u"the class path has no ai.realm.bridge.addon.AddonBridge that fits this "
                     u"addon: build both anew with npm run build"};
}

}  // namespace realm
