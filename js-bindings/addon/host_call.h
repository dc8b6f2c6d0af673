#pragma once

#include <napi.h>

#include <cstdint>

#include "request.h"

namespace realm {

/**
 * A call of a host function while it runs, on a JavaScript thread: the host comes back to it with
 * pieces of text, and within that there may be another call.
 */
class HostCall {
 public:
  explicit HostCall(napi_env env);
  ~HostCall();
  HostCall(const HostCall&) = delete;
  HostCall& operator=(const HostCall&) = delete;

  /** Reads the arguments; false if they are not of these types, or JavaScript has thrown. */
  bool Read(napi_callback_info info);
  /** Whether a JavaScript exception is pending. */
  bool HasThrown() const;
  const HostRequest& Request() const { return request_; }

  /**
   * Hands a piece to the innermost call of this thread.
   *
   * @param memory receives where the guest's memory is afterwards; none if it cannot be had
   * @return false if the guest has failed: its exception is not pending any more
   */
  static bool HandPiece(uint32_t pointer, uint32_t length, Memory* memory);

 private:
  bool ReadMemory(Memory* memory) const;
  bool HandPiece(uint32_t pointer, uint32_t length) const;
  void ForgetException() const;

  const napi_env env_;
  HostCall* const outer_;
  napi_value memory_ = nullptr;
  napi_value stream_ = nullptr;
  HostRequest request_;
};

}  // namespace realm
