package ai.realm.tokenizer;

import ai.realm.tokenizer.PreTokenizer.Spelling;
import ai.realm.tokenizer.PreTokenizer.WholeWords;
import java.nio.charset.StandardCharsets;

/**
 * Byte-pair encoding whose symbols begin as characters. Either U+2581 stands for a space, as in
 * SentencePiece, and what is no token becomes byte tokens; or white space only separates words.
 */
final class CharacterLevelTokenizer extends BytePairTokenizer {
  private static final int SPACE_MARK = 0x2581;

  private final boolean marksSpaces;
  private final boolean lowercase;
  // The token of each byte, or -1.
  private final int[] byteTokens = new int[256];

  CharacterLevelTokenizer(Parts parts) {
    super(parts);
    this.marksSpaces = preTokenizer.rules().spelling() == Spelling.MARKED_SPACES;
    this.lowercase =
        !marksSpaces && parts.metadata().bool("tokenizer.ggml.normalizer.lowercase", false);
    for (int b = 0; b < 256; b++) {
      byteTokens[b] = vocabulary.byteToken(b);
    }
  }

  @Override
  int[] prepared(int[] text) {
    int[] prepared = text.clone();
    for (int i = 0; i < text.length; i++) {
      if (marksSpaces && text[i] == ' ') {
        prepared[i] = SPACE_MARK;
      } else if (lowercase && UnicodeClass.of(text[i]) != UnicodeClass.UNASSIGNED) {
        prepared[i] = Character.toLowerCase(text[i]);
      }
    }
    return prepared;
  }

  @Override
  void encodeWord(int[] text, int start, int end, BytePairMerger merger, IntList ids) {
    if (!marksSpaces && UnicodeClass.of(text[start]) == UnicodeClass.SPACE) {
      return;
    }
    boolean isWhole =
        preTokenizer.rules().wholeWords() == WholeWords.LINE_BREAKS && text[start] == '\n';
    byte[] word = isWhole ? Utf8.encode(text, start, end) : null;
    int whole = isWhole ? vocabulary.find(word, 0, word.length) : -1;
    if (whole >= 0) {
      ids.add(whole);
      return;
    }
    merger.begin(end - start);
    for (int i = start; i < end; i++) {
      merger.symbol(i - start, symbols.ofCharacter(text[i]));
    }
    merger.merge();
    for (int i = 0; i >= 0; i = merger.next(i)) {
      emit(merger.symbol(i), ids);
    }
  }

  private void emit(int symbol, IntList ids) {
    if (symbols.isToken(symbol)) {
      ids.add(symbol);
      return;
    }
    for (byte b : symbols.text(symbol).getBytes(StandardCharsets.UTF_8)) {
      int id = byteTokens[b & 0xFF];
      if (id >= 0) {
        ids.add(id);
      }
    }
  }

  @Override
  byte[] normalBytes(int id) {
    String text = vocabulary.text(id);
    return (marksSpaces ? text.replace((char) SPACE_MARK, ' ') : text)
        .getBytes(StandardCharsets.UTF_8);
  }
}
