package ai.realm.spark;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The seed of a row: the first 53 bits of SHA-256(options' seed in 8 bytes, big-endian; the row's
 * text in UTF-8). It depends on nothing that another attempt or another partitioning would change,
 * and is an exact number in JavaScript.
 */
final class RowSeed {
  private RowSeed() {}

  static long of(long seed, String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
      return ByteBuffer.wrap(sha256.digest(text.getBytes(StandardCharsets.UTF_8))).getLong() >>> 11;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
