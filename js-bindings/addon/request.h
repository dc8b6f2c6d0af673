#pragma once

#include <cstddef>
#include <cstdint>
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

/** A call of a host function. */
struct HostRequest {
  static constexpr size_t kMostArgs = 7;

  int64_t guest = 0;
  int32_t function = 0;
  /** The guest's, at the time of the call. */
  Memory memory;
  /** Whether the guest takes pieces of text. */
  bool streams = false;
  size_t count = 0;
  /** The first `count` are given; numbers of 32 bits may be signed or unsigned. */
  int64_t args[kMostArgs] = {};
};

}  // namespace realm
