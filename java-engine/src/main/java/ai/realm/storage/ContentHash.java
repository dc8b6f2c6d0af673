package ai.realm.storage;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What tells the contents of model files apart.
 *
 * @param sha256 of the file's bytes, or of a split model's parts one after another; lower-case hex
 */
public record ContentHash(String sha256) {
  private static final int CHUNK = 1 << 16;
  private static final BigInteger IDS = BigInteger.valueOf(Integer.MAX_VALUE);

  /** The hash of these files, read a piece at a time. */
  public static ContentHash of(List<MemorySegment> files) {
    MessageDigest digest = newDigest();
    byte[] chunk = new byte[CHUNK];
    for (MemorySegment file : files) {
      for (long at = 0; at < file.byteSize(); at += CHUNK) {
        int length = (int) Math.min(CHUNK, file.byteSize() - at);
        MemorySegment.copy(file, ValueLayout.JAVA_BYTE, at, chunk, 0, length);
        digest.update(chunk, 0, length);
      }
    }
    return new ContentHash(HexFormat.of().formatHex(digest.digest()));
  }

  /** The id that is derived from it, 1 to 2^31-1: the hash as a number, modulo 2^31-1, plus 1. */
  int id() {
    return new BigInteger(sha256, 16).mod(IDS).intValue() + 1;
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
