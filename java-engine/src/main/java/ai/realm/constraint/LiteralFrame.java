package ai.realm.constraint;

import java.util.Arrays;

/**
 * Bytes that come as they are.
 *
 * @param at how many of them have come, fewer than there are
 */
record LiteralFrame(byte[] bytes, int at) implements Frame {
  @Override
  public void step(int b, Stack below, Stacks out) {
    if ((bytes[at] & 0xFF) == b) {
      out.add(at + 1 == bytes.length ? below : new Stack(new LiteralFrame(bytes, at + 1), below));
    }
  }

  @Override
  public int only(Stack below) {
    return bytes[at] & 0xFF;
  }

  @Override
  public boolean mayEnd() {
    return false;
  }

  @Override
  public int shortestLength() {
    return bytes.length - at;
  }

  @Override
  public void shortest(ByteText out) {
    out.add(Arrays.copyOfRange(bytes, at, bytes.length));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LiteralFrame literal
        && literal.at == at
        && Arrays.equals(literal.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return 31 * bytes.length + at;
  }
}
