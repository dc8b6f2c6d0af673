package ai.realm.guest.graal;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the parts of a WebAssembly module, one after another. */
final class WasmBytes {
  private final byte[] bytes;
  private final int end;
  private int at;

  /** From byte {@code at} up to {@code end}. */
  WasmBytes(byte[] bytes, int at, int end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  boolean hasMore() {
    return at < end;
  }

  int at() {
    return at;
  }

  /** The next byte. */
  int next() {
    if (at >= end) {
      throw invalid("it ends before its parts do");
    }
    return bytes[at++] & 0xFF;
  }

  /** An unsigned number in LEB128, which fits 32 bits. */
  long number() {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int part = next();
      value |= (long) (part & 0x7F) << shift;
      if (part < 0x80) {
        return value;
      }
    }
    throw invalid("it has a number of more than 32 bits");
  }

  /** A length, of something within the module. */
  int length() {
    long length = number();
    if (length > end - at) {
      throw invalid("a part of it is longer than the module");
    }
    return (int) length;
  }

  /** A name. */
  String name() {
    int length = length();
    String name = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return name;
  }

  /** Leaves out bytes. */
  void skip(int count) {
    at += count;
  }

  /** The bytes from {@code from} up to here. */
  byte[] since(int from) {
    return Arrays.copyOfRange(bytes, from, at);
  }

  /** The error for a module that cannot be read. */
  static EngineException invalid(String why) {
    return new EngineException(
        ErrorCode.GUEST_ERROR, "the guest is no valid WebAssembly module: " + why);
  }
}
