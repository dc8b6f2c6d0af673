package ai.realm.constraint;

import ai.realm.constraint.regex.Regex;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A place in a text of a regular language, as the text's bytes are read one by one: plain UTF-8, or
 * what stands between the quotes of a JSON string, with its escapes. Equal places are one object.
 */
final class TextState {
  /** How code points are written. */
  enum Writing {
    /** As UTF-8. */
    PLAIN,
    /**
     * As in a JSON string (RFC 8259, 7), with the escapes that are needed: of quotes, backslashes
     * and control characters. A model that may escape any letter loses its way in that.
     */
    JSON
  }

  /** What has been read of a code point. */
  private sealed interface Part {
    /** Nothing. */
    record None() implements Part {}

    /** Some of its bytes: {@code missing} are to come, and bring it into {@code [first, last]}. */
    record Bytes(int first, int last, int missing) implements Part {}

    /** A backslash. */
    record Backslash() implements Part {}

    /** {@code \\u} and some digits of a control character. */
    record Digits(int value, int missing) implements Part {}
  }

  private static final Part NONE = new Part.None();
  private static final TextState DEAD = null;
  private static final int NOT_KNOWN = -2;
  private static final String SHORT_ESCAPES = "\"\\bfnrt";
  private static final String ESCAPED = "\"\\\b\f\n\r\t";
  private static final int LAST_CONTROL = 0x1F;

  /** All places of texts that are written in one way; they last as long as a grammar. */
  static final class Places {
    private final Writing writing;
    private final Map<Key, TextState> known = new HashMap<>();

    Places(Writing writing) {
      this.writing = writing;
    }

    /** The beginning of a text, or null where the language has none. */
    TextState begin(Regex language) {
      return of(language, NONE);
    }

    private TextState of(Regex regex, Part part) {
      Key key = new Key(regex, part);
      if (known.containsKey(key)) {
        return known.get(key);
      }
      TextState made = new TextState(this, regex, part);
      TextState kept = made.isAlive() ? made : DEAD;
      known.put(key, kept);
      return kept;
    }
  }

  private record Key(Regex regex, Part part) {}

  private final Places places;
  private final Regex regex;
  private final Part part;
  private final TextState[] next = new TextState[256];
  private final boolean[] asked = new boolean[256];

  /** The sets of tokens from here, and by how many characters must and may come; see there. */
  private TextTokens any;

  private final Map<Integer, TextTokens> counted = new HashMap<>();
  private int only = NOT_KNOWN;

  private byte[] shortest;

  private TextState(Places places, Regex regex, Part part) {
    this.places = places;
    this.regex = regex;
    this.part = part;
  }

  /** Whether the text may end here. */
  boolean accepts() {
    return isBetween() && regex.accepts();
  }

  /** Whether no code point is half read. */
  boolean isBetween() {
    return part instanceof Part.None;
  }

  /** The place behind a byte, from 0 to 255, or null where no text goes on with it. */
  TextState next(int b) {
    if (!asked[b]) {
      next[b] = step(b);
      asked[b] = true;
    }
    return next[b];
  }

  private TextState step(int b) {
    return switch (part) {
      case Part.None p -> begin(b);
      case Part.Bytes(int first, int last, int missing) -> {
        if ((b & 0xC0) != 0x80) {
          yield DEAD;
        }
        int shift = 6 * (missing - 1);
        int from = Math.max(first, (first & -(1 << shift + 6)) | (b & 0x3F) << shift);
        int to =
            Math.min(last, (first & -(1 << shift + 6)) | (b & 0x3F) << shift | (1 << shift) - 1);
        yield bytes(from, to, missing - 1);
      }
      case Part.Backslash p -> {
        int known = SHORT_ESCAPES.indexOf(b);
        yield known >= 0
            ? character(ESCAPED.charAt(known))
            : b == 'u' ? places.of(regex, new Part.Digits(0, 4)) : DEAD;
      }
      case Part.Digits(int value, int missing) -> {
        int digit = b < 128 ? Character.digit(b, 16) : -1;
        int read = value << 4 | digit;
        yield digit < 0
            ? DEAD
            : missing == 1 ? character(read) : places.of(regex, new Part.Digits(read, missing - 1));
      }
    };
  }

  private TextState begin(int b) {
    if (places.writing == Writing.JSON) {
      if (b == '\\') {
        return places.of(regex, new Part.Backslash());
      }
      if (b == '"' || b <= LAST_CONTROL) {
        return DEAD;
      }
    }
    if (b < 0x80) {
      return character(b);
    }
    if (b < 0xC2 || b > 0xF4) {
      return DEAD;
    }
    int missing = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
    int shift = 6 * missing;
    int lead = b & (0x3F >> missing);
    int least = missing == 1 ? 0x80 : missing == 2 ? 0x800 : 0x10000;
    int first = Math.max(lead << shift, least);
    int last = Math.min(lead << shift | (1 << shift) - 1, Character.MAX_CODE_POINT);
    return bytes(first, last, missing);
  }

  private TextState bytes(int first, int last, int missing) {
    if (first > last) {
      return DEAD;
    }
    return missing == 0 ? character(first) : places.of(regex, new Part.Bytes(first, last, missing));
  }

  private TextState character(int codePoint) {
    return places.of(regex.next(codePoint), NONE);
  }

  private boolean isAlive() {
    return switch (part) {
      case Part.None p -> regex.alive();
      case Part.Bytes(int first, int last, int missing) -> regex.aliveWithin(first, last);
      case Part.Backslash p -> escapable() >= 0;
      case Part.Digits p -> control(p) >= 0;
    };
  }

  /** A code point that is written as an escape and goes on to a text, or -1. */
  private int escapable() {
    for (int i = 0; i < ESCAPED.length(); i++) {
      int c = ESCAPED.charAt(i);
      if (regex.next(c).alive()) {
        return c;
      }
    }
    return regex.bestWithin(0, LAST_CONTROL);
  }

  /** A control character that the digits so far can come to and that goes on to a text, or -1. */
  private int control(Part.Digits digits) {
    int shift = 4 * digits.missing();
    int first = digits.value() << shift;
    int last = Math.min(first | (1 << shift) - 1, LAST_CONTROL);
    return first > last ? -1 : regex.bestWithin(first, last);
  }

  /** The tokens from here in a text of any length. */
  TextTokens tokens(TokenTrie trie, TextTokens.Ending ending) {
    return tokens(trie, ending, 0, Integer.MAX_VALUE);
  }

  /** The same where {@code need} characters must come, and {@code left} may. */
  TextTokens tokens(TokenTrie trie, TextTokens.Ending ending, int need, int left) {
    if (any == null) {
      boolean isAnyString = ending == TextTokens.Ending.QUOTE && isBetween() && regex.isAny();
      any = isAnyString ? trie.anyString(this) : new TextTokens(trie, this, ending);
    }
    // No token has more characters than bytes, and no count goes further than a byte.
    int far = Math.min(trie.longest() + 1, Byte.MAX_VALUE);
    int needed = Math.min(need, far);
    int most = Math.min(left, far);
    return needed == 0 && most == far
        ? any
        : counted.computeIfAbsent(
            needed << 8 | most, key -> any.counted(needed, most == far ? Byte.MAX_VALUE : most));
  }

  /** The only byte that may come, or -1 where there are several, or the text may end. */
  int only() {
    if (only == NOT_KNOWN) {
      only = findOnly();
    }
    return only;
  }

  private int findOnly() {
    int found = -1;
    for (int b = 0; b < 256 && !accepts(); b++) {
      if (next(b) != null) {
        if (found >= 0) {
          return -1;
        }
        found = b;
      }
    }
    return found;
  }

  /** Bytes that bring a text to an end, about as few as can be. */
  byte[] shortest() {
    if (shortest == null) {
      shortest = findShortest();
    }
    return shortest;
  }

  private byte[] findShortest() {
    StringBuilder text = new StringBuilder();
    int missing =
        switch (part) {
          case Part.None p -> 0;
          case Part.Bytes(int first, int last, int m) ->
              end(text, regex.bestWithin(first, last), m);
          case Part.Backslash p -> {
            int c = escapable();
            int known = ESCAPED.indexOf(c);
            text.append(
                known >= 0 ? SHORT_ESCAPES.substring(known, known + 1) : escape(c).substring(1));
            yield rest(text, c);
          }
          case Part.Digits p -> {
            int c = control(p);
            text.append(escape(c).substring(6 - p.missing()));
            yield rest(text, c);
          }
        };
    if (isBetween()) {
      append(text, regex.shortest());
    }
    byte[] all = text.toString().getBytes(StandardCharsets.UTF_8);
    // Of the code point that is half read, the bytes that were read are not to come again.
    int read = part instanceof Part.Bytes ? first(all) - missing : 0;
    byte[] rest = new byte[all.length - read];
    System.arraycopy(all, read, rest, 0, rest.length);
    return rest;
  }

  private int end(StringBuilder text, int codePoint, int missing) {
    text.appendCodePoint(codePoint);
    append(text, regex.next(codePoint).shortest());
    return missing;
  }

  private int rest(StringBuilder text, int codePoint) {
    append(text, regex.next(codePoint).shortest());
    return 0;
  }

  private static int first(byte[] utf8) {
    int b = utf8[0] & 0xFF;
    return b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
  }

  private static String escape(int control) {
    return "\\u%04x".formatted(control);
  }

  private void append(StringBuilder text, int[] codePoints) {
    for (int c : codePoints) {
      if (places.writing == Writing.JSON && (c <= LAST_CONTROL || c == '"' || c == '\\')) {
        int known = ESCAPED.indexOf(c);
        text.append(known >= 0 ? "\\" + SHORT_ESCAPES.charAt(known) : escape(c));
      } else {
        text.appendCodePoint(c);
      }
    }
  }
}
