#pragma once

#include <napi.h>

#include <cstdint>

#include "request.h"

namespace realm {

/**
 * An ArrayBuffer of memory that Java gave for a result, which Java frees when JavaScript does not
 * use it any more. It is a copy where the runtime allows no memory but its own.
 */
napi_value BufferOf(napi_env env, int64_t ticket, const Memory& memory);

}  // namespace realm
