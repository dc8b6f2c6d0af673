package ai.realm.tokenizer;

import ai.realm.tokenizer.PreTokenizer.WholeWords;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Byte-pair encoding whose symbols begin as the bytes of UTF-8, written in GPT-2's alphabet. */
final class ByteLevelTokenizer extends BytePairTokenizer {
  private final int[] byteSymbols = new int[256];

  ByteLevelTokenizer(Parts parts) {
    super(parts);
    for (int b = 0; b < 256; b++) {
      byteSymbols[b] = symbols.ofCharacter(ByteAlphabet.character(b));
    }
  }

  @Override
  int[] prepared(int[] text) {
    return text;
  }

  @Override
  void encodeWord(int[] text, int start, int end, BytePairMerger merger, IntList ids) {
    byte[] word = Utf8.encode(text, start, end);
    int whole = preTokenizer.rules().wholeWords() == WholeWords.ALL ? token(word) : -1;
    if (whole >= 0) {
      ids.add(whole);
      return;
    }
    merger.begin(word.length);
    for (int i = 0; i < word.length; i++) {
      merger.symbol(i, byteSymbols[word[i] & 0xFF]);
    }
    merger.merge();
    for (int i = 0; i >= 0; i = merger.next(i)) {
      emit(merger.symbol(i), ids);
    }
  }

  /** The token whose text is this word in the byte alphabet, or -1. */
  private int token(byte[] word) {
    byte[] text = new byte[word.length * 2];
    int size = 0;
    for (byte b : word) {
      size = Utf8.put(ByteAlphabet.character(b & 0xFF), text, size);
    }
    return vocabulary.find(text, 0, size);
  }

  private void emit(int symbol, IntList ids) {
    if (symbols.isToken(symbol)) {
      ids.add(symbol);
      return;
    }
    // Its characters one by one, as far as they are ASCII and tokens, which is what llama.cpp does.
    String text = symbols.text(symbol);
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
