package ai.realm.tokenizer;

import ai.realm.gguf.GgufMetadata;
import ai.realm.tokenizer.SpecialTokenParser.Fragment;
import java.util.Set;

/**
 * What all tokenizers share: special tokens, the tokens around a text, and questions about the
 * vocabulary.
 */
abstract sealed class VocabularyTokenizer implements Tokenizer
    permits BytePairTokenizer,
        HybridDnaTokenizer,
        Plamo2Tokenizer,
        RwkvTokenizer,
        SentencePieceTokenizer,
        WordPieceTokenizer {
  final Vocabulary vocabulary;
  final SpecialIds special;
  private final Set<Integer> endOfGeneration;
  private final InfillTokens infill;
  private final SpecialTokenParser parser;

  VocabularyTokenizer(GgufMetadata metadata, Vocabulary vocabulary, SpecialIds special) {
    this.vocabulary = vocabulary;
    this.special = special;
    // First, as it corrects types.
    this.endOfGeneration = EndOfGeneration.find(metadata, vocabulary, special.eos());
    this.infill = EndOfGeneration.infill(metadata, vocabulary);
    this.parser = new SpecialTokenParser(vocabulary, SpaceStripping.of(metadata, vocabulary));
  }

  /**
   * Appends the ids of plain text.
   *
   * @param text code points, none of them a surrogate
   * @param afterSpecial whether it begins the whole text or follows a special token
   */
  abstract void encodePlain(int[] text, boolean afterSpecial, IntList ids);

  /** The bytes of a token of type {@link TokenType#NORMAL}. */
  abstract byte[] normalBytes(int id);

  @Override
  public final int[] encode(String text, SpecialTokens allowed, boolean addBos) {
    IntList ids = new IntList(text.length() / 3 + 8);
    if (addBos) {
      addBefore(ids);
    }
    boolean afterSpecial = true;
    for (Fragment fragment : parser.parse(text, allowed)) {
      if (fragment.token() == Fragment.PLAIN) {
        encodePlain(Utf8.codePoints(text, fragment.start(), fragment.end()), afterSpecial, ids);
        afterSpecial = false;
      } else {
        ids.add(fragment.token());
        afterSpecial = true;
      }
    }
    if (addBos) {
      addAfter(ids);
    }
    return ids.toArray();
  }

  @Override
  public final TextPair encodePair(String first, String second) {
    IntList ids = new IntList((first.length() + second.length()) / 3 + 8);
    addIfThere(special.bos(), ids);
    addPlain(first, ids);
    addBetween(ids);
    int head = ids.size();
    addPlain(second, ids);
    int end = ids.size();
    addIfThere(end(), ids);
    return new TextPair(ids.toArray(), head, ids.size() - end);
  }

  private void addPlain(String text, IntList ids) {
    for (int id : encode(text, new SpecialTokens.None(), false)) {
      ids.add(id);
    }
  }

  private static void addIfThere(int id, IntList ids) {
    if (id >= 0) {
      ids.add(id);
    }
  }

  @Override
  public final InfillTokens infill() {
    return infill;
  }

  /** What ends each of two texts, or -1. */
  int end() {
    return special.eos() >= 0 ? special.eos() : special.separator();
  }

  /** Appends what stands between two texts. */
  void addBetween(IntList ids) {
    addIfThere(special.eos(), ids);
    addIfThere(special.separator(), ids);
  }

  @Override
  public final int closing() {
    IntList ids = new IntList(1);
    addAfter(ids);
    return ids.size();
  }

  /** Appends what begins a text. */
  void addBefore(IntList ids) {
    if (special.addBos()) {
      ids.add(special.bos());
    }
  }

  /** Appends what ends a text. */
  void addAfter(IntList ids) {
    if (special.addEos()) {
      ids.add(special.eos());
    }
  }

  @Override
  public final byte[] bytes(int id) {
    vocabulary.require(id);
    return switch (vocabulary.type(id)) {
      case CONTROL, UNKNOWN, USER_DEFINED -> vocabulary.utf8(id);
      case NORMAL -> normalBytes(id);
      case BYTE -> new byte[] {(byte) vocabulary.byteOf(id)};
      case UNUSED, UNDEFINED -> new byte[0];
    };
  }

  @Override
  public String decode(int[] ids) {
    Utf8Stream stream = new Utf8Stream();
    StringBuilder text = new StringBuilder(ids.length * 4);
    for (int id : ids) {
      text.append(stream.push(bytes(id)));
    }
    return text.append(stream.finish()).toString();
  }

  @Override
  public final int vocabularySize() {
    return vocabulary.size();
  }

  @Override
  public final Set<Integer> endOfGeneration() {
    return endOfGeneration;
  }

  @Override
  public final boolean isControl(int id) {
    vocabulary.require(id);
    TokenType type = vocabulary.type(id);
    return type == TokenType.CONTROL || type == TokenType.UNKNOWN;
  }

  @Override
  public final String piece(int id) {
    vocabulary.require(id);
    return vocabulary.text(id);
  }

  @Override
  public final int bos() {
    return special.bos();
  }

  @Override
  public final int eos() {
    return special.eos();
  }
}
