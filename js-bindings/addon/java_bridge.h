#pragma once

#include <jni.h>

#include <cstdint>
#include <optional>
#include <string>

#include "bridge_error.h"
#include "request.h"

namespace realm {

/**
 * The methods of the Java class ai.realm.bridge.addon.AddonBridge. No Java exception is pending
 * after any of them: it has become the error that they return.
 */
class JavaBridge {
 public:
  /**
   * Finds the class and its methods, gives it its native methods, and has it prepare itself. Once,
   * on the thread that started the virtual machine.
   */
  std::optional<BridgeError> Load(JNIEnv* jni);

  /** The number of the engine's protocol: what AddonBridge.prepare has returned. */
  int32_t Protocol() const { return protocol_; }

  std::optional<BridgeError> Call(JNIEnv* jni, int64_t environment, const Request& request,
                                  std::u16string* answer) const;
  std::optional<BridgeError> Open(JNIEnv* jni, int64_t environment, int64_t job,
                                  const Request& request) const;
  std::optional<BridgeError> HostCall(JNIEnv* jni, const HostRequest& request,
                                      int32_t* result) const;
  std::optional<BridgeError> Take(JNIEnv* jni, int64_t ticket, Memory* memory) const;
  std::optional<BridgeError> Release(JNIEnv* jni, int64_t ticket) const;
  std::optional<BridgeError> Cancel(JNIEnv* jni, int64_t job) const;
  std::optional<BridgeError> EnvironmentEnded(JNIEnv* jni, int64_t environment) const;

 private:
  std::optional<BridgeError> TakeException(JNIEnv* jni) const;

  int32_t protocol_ = 0;
  jclass class_ = nullptr;
  jclass out_of_memory_ = nullptr;
  jclass stack_overflow_ = nullptr;
  jmethodID prepare_ = nullptr;
  jmethodID call_ = nullptr;
  jmethodID open_ = nullptr;
  jmethodID host_call_ = nullptr;
  jmethodID take_ = nullptr;
  jmethodID release_ = nullptr;
  jmethodID cancel_ = nullptr;
  jmethodID environment_ended_ = nullptr;
  jmethodID describe_ = nullptr;
};

}  // namespace realm
