#include "java_bridge.h"

#include "event_queue.h"
#include "host_call.h"
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

/** AddonBridge.stream: the host hands a guest a piece of text, on the thread of its call. */
jboolean JNICALL Stream(JNIEnv* jni, jclass, jint pointer, jint length, jlongArray memory) {
  Memory now;
  const bool taken =
      HostCall::HandPiece(static_cast<uint32_t>(pointer), static_cast<uint32_t>(length), &now);
  const jlong moved[2] = {AddressOf(now), static_cast<jlong>(now.length)};
  jni->SetLongArrayRegion(memory, 0, 2, moved);
  return taken ? JNI_TRUE : JNI_FALSE;
}

/** JNI's table of native methods is not const. */
JNINativeMethod* NativeMethods() {
  static char emit[] = "emit";
  static char emit_signature[] = "(JILjava/lang/String;)Z";
  static char stream[] = "stream";
  static char stream_signature[] = "(II[J)Z";
  static JNINativeMethod methods[] = {
      {emit, emit_signature, reinterpret_cast<void*>(&Emit)},
      {stream, stream_signature, reinterpret_cast<void*>(&Stream)},
  };
  return methods;
}

jvalue Long(int64_t number) {
  jvalue value;
  value.j = number;
  return value;
}

jvalue Int(int32_t number) {
  jvalue value;
  value.i = number;
  return value;
}

jvalue Flag(bool flag) {
  jvalue value;
  value.z = flag ? JNI_TRUE : JNI_FALSE;
  return value;
}

}  // namespace

std::optional<BridgeError> JavaBridge::Load(JNIEnv* jni) {
  LocalReferences locals(jni);
  // Chained: after a failure the later ones must not run, and TakeException() tells the first.
  jclass bridge = jni->FindClass("ai/realm/bridge/addon/AddonBridge");
  jclass out_of_memory = bridge == nullptr ? nullptr : jni->FindClass("java/lang/OutOfMemoryError");
  jclass overflow =
      out_of_memory == nullptr ? nullptr : jni->FindClass("java/lang/StackOverflowError");
  const bool loaded =
      overflow != nullptr &&
      (prepare_ = jni->GetStaticMethodID(bridge, "prepare", "()I")) != nullptr &&
      (call_ = jni->GetStaticMethodID(
           bridge, "call", "(JLjava/lang/String;Ljava/lang/String;JJ)Ljava/lang/String;")) !=
          nullptr &&
      (open_ = jni->GetStaticMethodID(bridge, "open",
                                      "(JJLjava/lang/String;Ljava/lang/String;JJ)V")) != nullptr &&
      (host_call_ = jni->GetStaticMethodID(bridge, "hostCall", "(JIJJZIJJJJJJJ)I")) != nullptr &&
      (take_ = jni->GetStaticMethodID(bridge, "take", "(J)[J")) != nullptr &&
      (release_ = jni->GetStaticMethodID(bridge, "release", "(J)V")) != nullptr &&
      (cancel_ = jni->GetStaticMethodID(bridge, "cancel", "(J)V")) != nullptr &&
      (environment_ended_ = jni->GetStaticMethodID(bridge, "environmentEnded", "(J)V")) !=
          nullptr &&
      (describe_ = jni->GetStaticMethodID(
           bridge, "describe", "(Ljava/lang/Throwable;)[Ljava/lang/String;")) != nullptr &&
      jni->RegisterNatives(bridge, NativeMethods(), 2) == JNI_OK;
  if (loaded) {
    class_ = static_cast<jclass>(jni->NewGlobalRef(bridge));
    out_of_memory_ = static_cast<jclass>(jni->NewGlobalRef(out_of_memory));
    stack_overflow_ = static_cast<jclass>(jni->NewGlobalRef(overflow));
    protocol_ = jni->CallStaticIntMethod(class_, prepare_);
  }
  return TakeException(jni);
}

std::optional<BridgeError> JavaBridge::Call(JNIEnv* jni, int64_t environment,
                                            const Request& request, std::u16string* answer) const {
  LocalReferences locals(jni);
  jstring method = JavaText(jni, request.method);
  jstring json = method == nullptr ? nullptr : JavaText(jni, request.json);
  if (json != nullptr) {
    auto java_answer = static_cast<jstring>(jni->CallStaticObjectMethod(
        class_, call_, static_cast<jlong>(environment), method, json, AddressOf(request.bytes),
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

std::optional<BridgeError> JavaBridge::HostCall(JNIEnv* jni, const HostRequest& request,
                                                int32_t* result) const {
  const jvalue args[] = {
      Long(request.guest),
      Int(request.function),
      Long(AddressOf(request.memory)),
      Long(static_cast<int64_t>(request.memory.length)),
      Flag(request.streams),
      Int(static_cast<int32_t>(request.count)),
      Long(request.args[0]),
      Long(request.args[1]),
      Long(request.args[2]),
      Long(request.args[3]),
      Long(request.args[4]),
      Long(request.args[5]),
      Long(request.args[6]),
  };
  *result = jni->CallStaticIntMethodA(class_, host_call_, args);
  // No reference is left by a call of numbers alone, so that the frame is only for an exception.
  if (!jni->ExceptionCheck()) {
    return std::nullopt;
  }
  LocalReferences locals(jni);
  return TakeException(jni);
}

std::optional<BridgeError> JavaBridge::Take(JNIEnv* jni, int64_t ticket, Memory* memory) const {
  LocalReferences locals(jni);
  auto taken = static_cast<jlongArray>(
      jni->CallStaticObjectMethod(class_, take_, static_cast<jlong>(ticket)));
  if (!jni->ExceptionCheck()) {
    jlong place[2];
    jni->GetLongArrayRegion(taken, 0, 2, place);
    memory->address = reinterpret_cast<void*>(place[0]);
    memory->length = static_cast<size_t>(place[1]);
  }
  return TakeException(jni);
}

std::optional<BridgeError> JavaBridge::Release(JNIEnv* jni, int64_t ticket) const {
  LocalReferences locals(jni);
  jni->CallStaticVoidMethod(class_, release_, static_cast<jlong>(ticket));
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
    if (jni->IsInstanceOf(thrown, stack_overflow_)) {
      return BridgeError{u"STACK_OVERFLOW",
                         u"Java has no stack left: call Realm from less deep a recursion"};
    }
    return BridgeError{u"INTERNAL", u"a Java error that could not be described"};
  }
  return BridgeError{u"JVM_START_FAILED",
                     u"the class path has no ai.realm.bridge.addon.AddonBridge that fits this "
                     u"addon: build both anew with npm run build"};
}

}  // namespace realm
