package ai.realm.constraint;

import ai.realm.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The control tokens of a vocabulary, as signs in a text: each is a byte that no UTF-8 has, and its
 * text. So a grammar tells the token {@code [TOOL_CALLS]} from a text that reads so.
 */
public final class Signs {
  /** What a control token begins with. */
  static final byte MARK = (byte) 0xFF;

  /** Of a vocabulary without control tokens. */
  public static final Signs NONE = new Signs(List.of());

  /** By their first unit, the longest first. */
  private final Map<Character, List<String>> texts;

  private Signs(List<String> texts) {
    this.texts = texts.stream().collect(Collectors.groupingBy(text -> text.charAt(0)));
  }

  /** Those of a tokenizer. */
  static Signs of(Tokenizer tokenizer) {
    Set<Integer> ends = tokenizer.endOfGeneration();
    List<String> texts =
        IntStream.range(0, tokenizer.vocabularySize())
            .filter(id -> tokenizer.isControl(id) && !ends.contains(id))
            .mapToObj(id -> new String(tokenizer.bytes(id), StandardCharsets.UTF_8))
            .filter(text -> !text.isEmpty())
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
    return new Signs(texts);
  }

  /** The bytes of the control token with this text's bytes. */
  static byte[] sign(byte[] text) {
    byte[] all = new byte[text.length + 1];
    all[0] = MARK;
    System.arraycopy(text, 0, all, 1, text.length);
    return all;
  }

  /** The bytes of a text in which the texts of control tokens are those tokens. */
  public byte[] bytes(String text) {
    ByteText out = new ByteText();
    int from = 0;
    for (int at = 0; at < text.length(); at++) {
      String found = null;
      for (String sign : texts.getOrDefault(text.charAt(at), List.of())) {
        if (text.startsWith(sign, at)) {
          found = sign;
          break;
        }
      }
      if (found != null) {
        out.add(text.substring(from, at)).add(sign(found.getBytes(StandardCharsets.UTF_8)));
        from = at + found.length();
        at = from - 1;
      }
    }
    return out.add(text.substring(from)).toBytes();
  }
}
