#pragma once

#include <string>

namespace realm {

/** What a JavaScript error is made of: a stable code and a message, both UTF-16. */
struct BridgeError {
  std::u16string code;
  std::u16string message;
};

}  // namespace realm
