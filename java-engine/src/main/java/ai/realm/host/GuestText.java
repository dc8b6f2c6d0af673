package ai.realm.host;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A text as it grows in a guest's output. What it overwrites there is put back unless the text is
 * kept.
 */
final class GuestText implements AutoCloseable {
  private final GuestRange out;
  private final Optional<StreamToken> stream;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final ByteArrayOutputStream before = new ByteArrayOutputStream();
  private boolean kept;

  GuestText(GuestRange out, Optional<StreamToken> stream) {
    this.out = out;
    this.stream = stream;
  }

  /**
   * Adds a piece, and hands it to the guest; returns whether that wants more.
   *
   * @throws ai.realm.error.EngineException {@code BUFFER_TOO_SMALL} if there is no room for it
   */
  boolean add(String piece) {
    byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
    int at = text.size();
    out.fit((long) at + bytes.length, "give a smaller maxTokens");
    text.writeBytes(bytes);
    if (stream.isEmpty()) {
      return true;
    }
    before.writeBytes(out.bytes(at, bytes.length));
    out.write(bytes, at);
    return stream.get().piece((int) (out.start() + at), bytes.length);
  }

  /** Makes the whole text the guest's; returns its length. */
  int keep() {
    kept = true;
    out.write(text.toByteArray());
    return text.size();
  }

  @Override
  public void close() {
    if (!kept) {
      out.write(before.toByteArray());
    }
  }
}
