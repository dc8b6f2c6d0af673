package ai.realm.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The symbols that merges join. One below the vocabulary's size is a token; then come those of
 * merges whose parts or product the vocabulary lacks; and then a symbol for each code point.
 */
final class SymbolTable {
  private final Vocabulary vocabulary;
  private final Map<String, Integer> others = new HashMap<>();
  private final List<String> otherTexts = new ArrayList<>();

  SymbolTable(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** The symbol of {@code text[start]} up to {@code text[end]}: only while merges are read. */
  int of(byte[] text, int start, int end) {
    int id = vocabulary.find(text, start, end);
    return id >= 0 ? id : other(new String(text, start, end - start, StandardCharsets.UTF_8));
  }

  /** The same of this text without the byte at {@code but}. */
  int ofJoined(byte[] text, int start, int but, int end) {
    byte[] joined = new byte[end - start - 1];
    System.arraycopy(text, start, joined, 0, but - start);
    System.arraycopy(text, but + 1, joined, but - start, end - but - 1);
    return of(joined, 0, joined.length);
  }

  /** The symbol of one character: one that no merge knows if merges and tokens lack it. */
  int ofCharacter(int codePoint) {
    byte[] utf8 = new byte[4];
    int id = vocabulary.find(utf8, 0, Utf8.put(codePoint, utf8, 0));
    if (id >= 0) {
      return id;
    }
    Integer other = others.get(Character.toString(codePoint));
    return other == null ? vocabulary.size() + otherTexts.size() + codePoint : other;
  }

  /** Whether a symbol is a token, of this id. */
  boolean isToken(int symbol) {
    return symbol < vocabulary.size();
  }

  /** The text of a symbol that is no token. */
  String text(int symbol) {
    int index = symbol - vocabulary.size();
    return index < otherTexts.size()
        ? otherTexts.get(index)
        : Character.toString(index - otherTexts.size());
  }

  private int other(String text) {
    Integer other = others.get(text);
    if (other == null) {
      other = vocabulary.size() + otherTexts.size();
      others.put(text, other);
      otherTexts.add(text);
    }
    return other;
  }
}
