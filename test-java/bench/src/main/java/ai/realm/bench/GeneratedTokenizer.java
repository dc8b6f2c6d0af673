package ai.realm.bench;

import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.TextPair;
import ai.realm.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A vocabulary of any size, as large models have it: all bytes, signs of JSON and of programs in
 * groups, numbers, words with and without a space before them in several scripts, and one token
 * that ends a text. It makes no tokens of texts.
 */
final class GeneratedTokenizer implements Tokenizer {
  private static final int BYTES = 256;
  private static final int LONGEST = 7;
  private static final String[] SYLLABLES = {
    "a", "be", "con", "di", "er", "fo", "gra", "hi", "ing", "jo", "ka", "le", "mo", "na", "or",
        "pre",
    "qui", "re", "st", "tion", "un", "ver", "wa", "x", "y", "zo", "ment", "ab", "th", "ly", "é", "ü"
  };
  private static final String SIGNS = "{}[]\":,.;()<>=+-*/\\'#_ \n\t0123456789";

  private final List<byte[]> texts;

  /** A vocabulary of {@code size} tokens, always the same. */
  GeneratedTokenizer(int size) {
    Random random = new Random(size);
    Set<String> words = new LinkedHashSet<>();
    while (words.size() < size - BYTES - 1) {
      words.add(word(random));
    }
    texts = new ArrayList<>(size);
    for (int b = 0; b < BYTES; b++) {
      texts.add(new byte[] {(byte) b});
    }
    words.forEach(word -> texts.add(word.getBytes(StandardCharsets.UTF_8)));
    texts.add("<end>".getBytes(StandardCharsets.UTF_8));
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder(random.nextBoolean() ? " " : "");
    switch (random.nextInt(10)) {
      case 0 -> {
        for (int n = 2 + random.nextInt(3); n > 0; n--) {
          word.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
        }
      }
      case 1, 2 -> {
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
          word.appendCodePoint(0x4E00 + random.nextInt(0x5000));
        }
      }
      case 3 -> {
        for (int n = 2 + random.nextInt(LONGEST); n > 0; n--) {
          word.appendCodePoint(0x430 + random.nextInt(0x20));
        }
      }
      default -> {
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
          word.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
        }
        if (random.nextInt(LONGEST) == 0) {
          word.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
        }
      }
    }
    return word.toString();
  }

  /** None: where tokens are needed for a text, the longest ones are taken. */
  @Override
  public int[] encode(String text, SpecialTokens special, boolean addBos) {
    return new int[0];
  }

  @Override
  public TextPair encodePair(String first, String second) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int closing() {
    return 0;
  }

  @Override
  public byte[] bytes(int id) {
    return texts.get(id);
  }

  @Override
  public String decode(int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(texts.get(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public int vocabularySize() {
    return texts.size();
  }

  @Override
  public Set<Integer> endOfGeneration() {
    return Set.of(texts.size() - 1);
  }

  @Override
  public boolean isControl(int id) {
    return id == texts.size() - 1;
  }

  @Override
  public String piece(int id) {
    return new String(texts.get(id), StandardCharsets.UTF_8);
  }

  @Override
  public int bos() {
    return -1;
  }

  @Override
  public int eos() {
    return texts.size() - 1;
  }
}
