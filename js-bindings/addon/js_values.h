#pragma once

#include <napi.h>

#include <string>

#include "bridge_error.h"
#include "request.h"

namespace realm {

/** The UTF-16 code units of a JavaScript string, lone surrogates and NULs included. */
std::u16string TextOf(napi_env env, napi_value value);

/** A JavaScript string of the same code units. */
napi_value JsText(napi_env env, const std::u16string& text);

/** A JavaScript Error with the error's message and, as `code`, its code. */
napi_value JsError(napi_env env, const BridgeError& error);

/**
 * The memory that `value` stands for; undefined stands for none. False if it is anything but
 * undefined, an ArrayBuffer, a typed array (Buffer included) or a DataView.
 */
bool MemoryOf(napi_env env, napi_value value, Memory* memory);

}  // namespace realm
