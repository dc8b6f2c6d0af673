package ai.realm.constraint;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes of a text that is put together. */
public final class ByteText {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Appends a text as UTF-8. */
  public ByteText add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Appends bytes. */
  public ByteText add(byte[] more) {
    bytes.writeBytes(more);
    return this;
  }

  /** All of them. */
  public byte[] toBytes() {
    return bytes.toByteArray();
  }
}
