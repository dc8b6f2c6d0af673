#pragma once

#include <jni.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bridge_error.h"
#include "event_queue.h"
#include "java_bridge.h"

namespace realm {

struct StartOptions {
  /** The path of libjvm. */
  std::string libjvm;
  /** The virtual machine's options, one each. */
  std::vector<std::string> options;
  /** Whether the machine runs already, since Node itself runs inside of it. */
  bool joins = false;
};

/** The one Java virtual machine of the process. */
namespace java_vm {

/**
 * Starts the machine on a thread of its own, or joins the start that another thread has begun: a
 * process can try once only, so the first options decide.
 *
 * @param waiter a job of `queue` that ends when the machine runs (a result) or did not start (an
 *     error); the payload is empty
 */
void Start(StartOptions options, int64_t waiter, std::shared_ptr<EventQueue> queue);

/** Which version of what crosses here the engine speaks that runs. */
int32_t Protocol();

/** Why the machine did not start. */
BridgeError Failure();

/** This thread's entry to the machine; its `jni` is null if the machine does not run. */
struct Entry {
  JNIEnv* jni = nullptr;
  const JavaBridge* bridge = nullptr;
};

/** Attaches this thread if it is not yet. */
Entry Enter();

/** Detaches this thread if it is attached. */
void Leave();

}  // namespace java_vm
}  // namespace realm
