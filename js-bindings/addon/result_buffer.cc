#include "result_buffer.h"

#include <cstring>
#include <memory>

#include "environment.h"
#include "java_vm.h"

namespace realm {
namespace {

struct Taken {
  int64_t ticket;
  std::shared_ptr<const bool> environment_runs;
};

void Release(int64_t ticket) {
  const java_vm::Entry java = java_vm::Enter();
  if (java.jni != nullptr) {
    java.bridge->Release(java.jni, ticket);
  }
}

/** On the thread of the environment; the environment's own end frees whatever is left then. */
void OnUnused(napi_env, void*, void* hint) {
  const std::unique_ptr<Taken> taken(static_cast<Taken*>(hint));
  if (*taken->environment_runs) {
    Release(taken->ticket);
  }
}

napi_value CopyOf(napi_env env, const Memory& memory) {
  napi_value buffer = nullptr;
  void* copy = nullptr;
  if (napi_create_arraybuffer(env, memory.length, &copy, &buffer) == napi_ok && memory.length > 0) {
    std::memcpy(copy, memory.address, memory.length);
  }
  return buffer;
}

}  // namespace

napi_value BufferOf(napi_env env, int64_t ticket, const Memory& memory) {
  napi_value buffer = nullptr;
  if (memory.length > 0) {
    auto* taken = new Taken{ticket, Environment::Of(env)->Running()};
    if (napi_create_external_arraybuffer(env, memory.address, memory.length, &OnUnused, taken,
                                         &buffer) == napi_ok) {
      return buffer;
    }
    delete taken;
  }
  buffer = CopyOf(env, memory);
  Release(ticket);
  return buffer;
}

}  // namespace realm
