#pragma once

#include <cstddef>
#include <string>

namespace realm {

/** The memory of an ArrayBuffer or of a view of one; address 0 if there is none. */
struct Memory {
  void* address = nullptr;
  size_t length = 0;
};

/** What JavaScript asks of Java: a method with JSON, and maybe bytes in place. */
struct Request {
  std::u16string method;
  std::u16string json;
  Memory bytes;
};

}  // namespace realm
