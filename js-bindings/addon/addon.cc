#include <napi.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "environment.h"
#include "first_copy.h"
#include "host_call.h"
#include "java_vm.h"
#include "js_values.h"
#include "result_buffer.h"

namespace realm {
namespace {

Napi::Value Throw(Napi::Env env, const BridgeError& error) {
  napi_throw(env, JsError(env, error));
  return env.Undefined();
}

Napi::Value ThrowArguments(Napi::Env env, const char16_t* expected) {
  return Throw(env, {u"INVALID_ARGUMENT", std::u16string(u"the addon expects ") + expected});
}

Napi::Value ThrowNotStarted(Napi::Env env) {
  return Throw(env, {u"INTERNAL", u"the Java virtual machine does not run: await start() first"});
}

/** start({ libjvm, options, joins? }) → Promise<number> */
Napi::Value Start(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const char16_t* expected = u"start({ libjvm: string, options: string[], joins?: boolean })";
  if (!info[0].IsObject()) {
    return ThrowArguments(env, expected);
  }
  const Napi::Object given = info[0].As<Napi::Object>();
  const Napi::Value libjvm = given.Get("libjvm");
  const Napi::Value options = given.Get("options");
  const Napi::Value joins = given.Get("joins");
  if (!libjvm.IsString() || !options.IsArray() || !(joins.IsUndefined() || joins.IsBoolean())) {
    return ThrowArguments(env, expected);
  }
  StartOptions start;
  start.libjvm = libjvm.As<Napi::String>().Utf8Value();
  start.joins = joins.IsBoolean() && joins.As<Napi::Boolean>().Value();
  const Napi::Array lines = options.As<Napi::Array>();
  for (uint32_t i = 0; i < lines.Length(); i++) {
    const Napi::Value line = lines.Get(i);
    if (!line.IsString()) {
      return ThrowArguments(env, expected);
    }
    start.options.push_back(line.As<Napi::String>().Utf8Value());
  }
  return Environment::Of(env)->Start(std::move(start));
}

/** Reads method, json and, at `bytes`, maybe memory; false if they are not of these types. */
bool ReadRequest(const Napi::CallbackInfo& info, size_t bytes, Request* request) {
  if (!info[0].IsString() || !info[1].IsString() ||
      !MemoryOf(info.Env(), info[bytes], &request->bytes)) {
    return false;
  }
  request->method = TextOf(info.Env(), info[0]);
  request->json = TextOf(info.Env(), info[1]);
  return true;
}

/** call(method, json, view?) → string */
Napi::Value Call(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Request request;
  if (!ReadRequest(info, 2, &request)) {
    return ThrowArguments(env, u"call(method: string, json: string, view?: ArrayBuffer or a view)");
  }
  const java_vm::Entry java = java_vm::Enter();
  if (java.jni == nullptr) {
    return ThrowNotStarted(env);
  }
  std::u16string answer;
  const auto error = java.bridge->Call(java.jni, Environment::Of(env)->Id(), request, &answer);
  return error ? Throw(env, *error) : Napi::Value(env, JsText(env, answer));
}

/** open(method, json, onEvent, bytes?) → number */
Napi::Value Open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Request request;
  if (!info[2].IsFunction() || !ReadRequest(info, 3, &request)) {
    return ThrowArguments(env,
                          u"open(method: string, json: string, onEvent: function, bytes?: "
                          u"ArrayBuffer or a view)");
  }
  const java_vm::Entry java = java_vm::Enter();
  if (java.jni == nullptr) {
    return ThrowNotStarted(env);
  }
  return Environment::Of(env)->Open(java, request, info[2]);
}

/** cancel(job) */
Napi::Value Cancel(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsNumber()) {
    return ThrowArguments(env, u"cancel(job: number)");
  }
  const java_vm::Entry java = java_vm::Enter();
  if (java.jni == nullptr) {
    return ThrowNotStarted(env);
  }
  if (auto error = java.bridge->Cancel(java.jni, info[0].As<Napi::Number>().Int64Value())) {
    return Throw(env, *error);
  }
  return env.Undefined();
}

/** hostCall(guest, function, memory, stream, ...args) → number */
napi_value CallHost(napi_env env, napi_callback_info info) {
  HostCall call(env);
  if (!call.Read(info)) {
    if (call.HasThrown()) {
      return nullptr;
    }
    return ThrowArguments(env,
                          u"hostCall(guest: number, function: number, memory: { buffer: "
                          u"ArrayBuffer or a view }, stream: function or undefined, ...up to 7 "
                          u"numbers or BigInts)");
  }
  const java_vm::Entry java = java_vm::Enter();
  if (java.jni == nullptr) {
    return ThrowNotStarted(env);
  }
  int32_t result = 0;
  if (auto error = java.bridge->HostCall(java.jni, call.Request(), &result)) {
    return Throw(env, *error);
  }
  napi_value value = nullptr;
  napi_create_int32(env, result, &value);
  return value;
}

/** take(ticket) → ArrayBuffer */
Napi::Value Take(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsNumber()) {
    return ThrowArguments(env, u"take(ticket: number)");
  }
  const java_vm::Entry java = java_vm::Enter();
  if (java.jni == nullptr) {
    return ThrowNotStarted(env);
  }
  const int64_t ticket = info[0].As<Napi::Number>().Int64Value();
  Memory memory;
  if (auto error = java.bridge->Take(java.jni, ticket, &memory)) {
    return Throw(env, *error);
  }
  return Napi::Value(env, BufferOf(env, ticket, memory));
}

/** variable(name) → string or undefined */
Napi::Value Variable(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString()) {
    return ThrowArguments(env, u"variable(name: string)");
  }
  const char* value = getenv(info[0].As<Napi::String>().Utf8Value().c_str());
  return value == nullptr ? env.Undefined() : Napi::Value(Napi::String::New(env, value));
}

/** Enters this copy of the addon. */
napi_value Enter(napi_env raw, napi_value given) {
  const Napi::Env env(raw);
  Napi::Object exports(raw, given);
  Environment::Create(env);
  exports.Set("start", Napi::Function::New(env, Start, "start"));
  exports.Set("call", Napi::Function::New(env, Call, "call"));
  exports.Set("open", Napi::Function::New(env, Open, "open"));
  // Not by node-addon-api, which takes memory from the heap for more than six arguments.
  napi_value host_call = nullptr;
  napi_create_function(env, "hostCall", NAPI_AUTO_LENGTH, &CallHost, nullptr, &host_call);
  exports.Set("hostCall", host_call);
  exports.Set("take", Napi::Function::New(env, Take, "take"));
  exports.Set("cancel", Napi::Function::New(env, Cancel, "cancel"));
  exports.Set("variable", Napi::Function::New(env, Variable, "variable"));
  return exports;
}

/** Node calls it once for each thread that loads this copy. */
Napi::Object Init(Napi::Env env, Napi::Object exports) {
  return Napi::Object(env, first_copy::Or(&Enter)(env, exports));
}

}  // namespace

NODE_API_MODULE(realm, Init)

/** What other copies of the addon enter this one by. */
extern "C" NAPI_MODULE_EXPORT napi_value realm_addon_entry_1(napi_env env, napi_value exports) {
  return Enter(env, exports);
}

}  // namespace realm
