package ai.realm.gguf;

/** Shows a name that a file holds in a message: whoever made the file chose it. */
final class Quote {
  private static final int SHOWN = 128;

  private Quote() {}

  /**
   * {@code name} in quotation marks; control characters, which a terminal would obey, as {@code
   * \\uXXXX}, and of a long name only the start.
   */
  static String of(String name) {
    StringBuilder out = new StringBuilder("'");
    for (int i = 0; i < Math.min(name.length(), SHOWN); i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append(name.length() > SHOWN ? "..." : "").append("'").toString();
  }
}
