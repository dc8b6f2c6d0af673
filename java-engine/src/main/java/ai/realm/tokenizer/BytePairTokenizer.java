package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;
import ai.realm.gguf.GgufStrings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Byte-level byte-pair encoding: a pre-tokenizer cuts text into words, a word begins as one symbol
 * a byte, and merges join symbols, the one of least rank first (Sennrich et al., "Neural Machine
 * Translation of Rare Words with Subword Units"; the byte alphabet is GPT-2's).
 */
final class BytePairTokenizer extends VocabularyTokenizer {
  private final PreTokenizer preTokenizer;
  private final MergeTable merges;
  // The symbol of each byte. A symbol below the vocabulary's size is a token.
  private final int[] byteSymbols = new int[256];
  // Symbols that are no tokens: those of merges whose parts or product the vocabulary lacks.
  private final Map<String, Integer> otherSymbols = new HashMap<>();
  private final List<String> otherTexts = new ArrayList<>();

  /**
   * The tokenizer that {@code metadata} describes.
   *
   * @throws EngineException {@code UNSUPPORTED_TOKENIZER} for an unknown pre-tokenizer, {@code
   *     MODEL_INVALID} for missing or malformed tokens or merges
   */
  static BytePairTokenizer read(GgufMetadata metadata) {
    String name = metadata.string("tokenizer.ggml.pre", "");
    PreTokenizer preTokenizer = PreTokenizers.named(name.isEmpty() ? "default" : name);
    Vocabulary vocabulary = Vocabulary.read(metadata);
    SpecialIds defaults = new SpecialIds(-1, -1, -1, -1, preTokenizer.addBos(), false);
    return new BytePairTokenizer(
        metadata, vocabulary, SpecialIds.read(metadata, vocabulary, defaults), preTokenizer);
  }

  private BytePairTokenizer(
      GgufMetadata metadata, Vocabulary vocabulary, SpecialIds special, PreTokenizer preTokenizer) {
    super(metadata, vocabulary, special);
    this.preTokenizer = preTokenizer;
    for (int b = 0; b < 256; b++) {
      byteSymbols[b] = symbol(Character.toString(ByteAlphabet.character(b)));
    }
    this.merges = readMerges(metadata);
  }

  private MergeTable readMerges(GgufMetadata metadata) {
    GgufStrings lines = metadata.strings("tokenizer.ggml.merges");
    if (lines == null) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "tokenizer.ggml.merges is missing, which a 'gpt2' tokenizer needs; convert the model"
              + " again");
    }
    byte[] bytes = lines.bytes();
    MergeTable table = new MergeTable(lines.size());
    int product = -1;
    for (int rank = 0; rank < lines.size(); rank++) {
      int start = lines.start(rank);
      int end = lines.end(rank);
      int space = start + 1;
      while (space < end && bytes[space] != ' ') {
        space++;
      }
      if (space >= end) {
        throw new EngineException(
            ErrorCode.MODEL_INVALID,
            "tokenizer.ggml.merges["
                + rank
                + "] is '"
                + lines.get(rank)
                + "', expected two symbols with a space between; convert the model again");
      }
      int left = symbol(bytes, start, space);
      int right = symbol(bytes, space + 1, end);
      // Mostly the tokens stand in the order of the merges that make them.
      boolean inOrder = vocabulary.isJoined(product + 1, bytes, start, space, end);
      product =
          inOrder
              ? product + 1
              : symbol(text(bytes, start, space).concat(text(bytes, space + 1, end)));
      table.add(left, right, rank, product);
    }
    return table;
  }

  private int symbol(byte[] bytes, int start, int end) {
    int id = vocabulary.find(bytes, start, end);
    return id >= 0 ? id : symbol(text(bytes, start, end));
  }

  private static String text(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  private int symbol(String text) {
    int id = vocabulary.find(text);
    if (id >= 0) {
      return id;
    }
    Integer other = otherSymbols.get(text);
    if (other == null) {
      other = vocabulary.size() + otherTexts.size();
      otherSymbols.put(text, other);
      otherTexts.add(text);
    }
    return other;
  }

  @Override
  void encodePlain(int[] text, boolean afterSpecial, IntList ids) {
    int[] ends = preTokenizer.split(text);
    BytePairMerger merger = new BytePairMerger(merges);
    byte[] word = new byte[64];
    int start = 0;
    for (int end : ends) {
      if (word.length < (end - start) * 4) {
        word = new byte[(end - start) * 4];
      }
      int length = 0;
      for (int i = start; i < end; i++) {
        length = Utf8.put(text[i], word, length);
      }
      start = end;
      int whole = preTokenizer.ignoreMerges() ? token(word, length) : -1;
      if (whole >= 0) {
        ids.add(whole);
        continue;
      }
      merger.begin(length);
      for (int i = 0; i < length; i++) {
        merger.symbol(i, byteSymbols[word[i] & 0xFF]);
      }
      merger.merge();
      for (int i = 0; i >= 0 && length > 0; i = merger.next(i)) {
        emit(merger.symbol(i), ids);
      }
    }
  }

  /** The token whose text is this word in the byte alphabet, or -1. */
  private int token(byte[] word, int length) {
    byte[] text = new byte[length * 2];
    int size = 0;
    for (int i = 0; i < length; i++) {
      size = Utf8.put(ByteAlphabet.character(word[i] & 0xFF), text, size);
    }
    return vocabulary.find(text, 0, size);
  }

  private void emit(int symbol, IntList ids) {
    if (symbol < vocabulary.size()) {
      ids.add(symbol);
      return;
    }
    // No token: its characters one by one, as far as they are ASCII and tokens, which is what
    // llama.cpp does.
    String text = otherTexts.get(symbol - vocabulary.size());
    for (int i = 0; i < text.length(); i++) {
      int id = text.charAt(i) < 128 ? vocabulary.find(text.substring(i, i + 1)) : -1;
      if (id >= 0) {
        ids.add(id);
      }
    }
  }

  @Override
  byte[] normalBytes(int id) {
    String text = vocabulary.text(id);
    byte[] out = new byte[text.length() * 3];
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int b = ByteAlphabet.byteOf(c);
      if (b < 0) {
        // Outside the alphabet: some vocabularies hold plain text.
        return text.getBytes(StandardCharsets.UTF_8);
      }
      out[size++] = (byte) b;
    }
    return Arrays.copyOf(out, size);
  }
}
