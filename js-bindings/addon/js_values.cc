#include "js_values.h"

namespace realm {

std::u16string TextOf(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf16(env, value, nullptr, 0, &length);
  std::u16string text(length, u'\0');
  // The room counts a closing NUL, which std::u16string has behind its last unit.
  napi_get_value_string_utf16(env, value, text.data(), length + 1, &length);
  return text;
}

napi_value JsText(napi_env env, const std::u16string& text) {
  napi_value value = nullptr;
  napi_create_string_utf16(env, text.data(), text.size(), &value);
  return value;
}

napi_value JsError(napi_env env, const BridgeError& error) {
  napi_value value = nullptr;
  napi_create_error(env, JsText(env, error.code), JsText(env, error.message), &value);
  return value;
}

bool MemoryOf(napi_env env, napi_value value, Memory* memory) {
  Napi::Value view(env, value);
  if (view.IsUndefined()) {
    return true;
  }
  if (view.IsTypedArray()) {
    // The raw call: node-addon-api's accessor goes through the ArrayBuffer, which a view of shared
    // memory does not have.
    napi_typedarray_type type;
    size_t elements = 0;
    napi_get_typedarray_info(env, value, &type, &elements, &memory->address, nullptr, nullptr);
    memory->length = view.As<Napi::TypedArray>().ByteLength();
    return true;
  }
  if (view.IsDataView()) {
    napi_get_dataview_info(env, value, &memory->length, &memory->address, nullptr, nullptr);
    return true;
  }
  if (view.IsArrayBuffer()) {
    napi_get_arraybuffer_info(env, value, &memory->address, &memory->length);
    return true;
  }
  return false;
}

}  // namespace realm
