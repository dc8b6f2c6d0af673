#include "host_call.h"

#include "js_values.h"

namespace realm {
namespace {

/** What goes before the arguments of the host function. */
constexpr size_t kLeading = 4;

thread_local HostCall* innermost = nullptr;

/** A number, modulo 2^64, or a BigInt. */
bool ReadArgument(napi_env env, napi_value value, int64_t* number) {
  bool lossless = false;
  return napi_get_value_int64(env, value, number) == napi_ok ||
         napi_get_value_bigint_int64(env, value, number, &lossless) == napi_ok;
}

}  // namespace

HostCall::HostCall(napi_env env) : env_(env), outer_(innermost) { innermost = this; }

HostCall::~HostCall() { innermost = outer_; }

bool HostCall::Read(napi_callback_info info) {
  napi_value args[kLeading + HostRequest::kMostArgs];
  size_t count = kLeading + HostRequest::kMostArgs;
  napi_get_cb_info(env_, info, &count, args, nullptr, nullptr);
  if (count < kLeading || count > kLeading + HostRequest::kMostArgs) {
    return false;
  }
  napi_valuetype stream = napi_undefined;
  napi_typeof(env_, args[3], &stream);
  if (stream != napi_undefined && stream != napi_function) {
    return false;
  }
  memory_ = args[2];
  stream_ = args[3];
  request_.streams = stream == napi_function;
  request_.count = count - kLeading;
  for (size_t i = 0; i < request_.count; i++) {
    if (!ReadArgument(env_, args[kLeading + i], &request_.args[i])) {
      return false;
    }
  }
  return napi_get_value_int64(env_, args[0], &request_.guest) == napi_ok &&
         napi_get_value_int32(env_, args[1], &request_.function) == napi_ok &&
         ReadMemory(&request_.memory);
}

bool HostCall::HasThrown() const {
  bool pending = false;
  napi_is_exception_pending(env_, &pending);
  return pending;
}

bool HostCall::ReadMemory(Memory* memory) const {
  napi_value buffer = nullptr;
  return napi_get_named_property(env_, memory_, "buffer", &buffer) == napi_ok &&
         !Napi::Value(env_, buffer).IsUndefined() && MemoryOf(env_, buffer, memory);
}

bool HostCall::HandPiece(uint32_t pointer, uint32_t length, Memory* memory) {
  const HostCall* call = innermost;
  Napi::HandleScope scope(call->env_);
  const bool taken = call->HandPiece(pointer, length);
  if (!call->ReadMemory(memory)) {
    *memory = Memory();
    call->ForgetException();
    return false;
  }
  return taken;
}

bool HostCall::HandPiece(uint32_t pointer, uint32_t length) const {
  napi_value args[2] = {nullptr, nullptr};
  napi_create_uint32(env_, pointer, &args[0]);
  napi_create_uint32(env_, length, &args[1]);
  napi_value receiver = Napi::Env(env_).Undefined();
  if (napi_call_function(env_, receiver, stream_, 2, args, nullptr) == napi_ok) {
    return true;
  }
  ForgetException();
  return false;
}

void HostCall::ForgetException() const {
  if (HasThrown()) {
    napi_value thrown = nullptr;
    napi_get_and_clear_last_exception(env_, &thrown);
  }
}

}  // namespace realm
