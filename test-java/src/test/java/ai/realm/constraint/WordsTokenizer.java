package ai.realm.constraint;

import ai.realm.fixture.FakeTokenizer;
import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.TextPair;
import ai.realm.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** The bytes of a {@link FakeTokenizer}, and behind them some words. */
public final class WordsTokenizer implements Tokenizer {
  private final FakeTokenizer bytes = new FakeTokenizer();
  private final List<String> words;

  /** One with these words, the first of which has the first id behind the bytes'. */
  public WordsTokenizer(String... words) {
    this.words = List.of(words);
  }

  @Override
  public int[] encode(String text, SpecialTokens special, boolean addBos) {
    return bytes.encode(text, special, addBos);
  }

  @Override
  public TextPair encodePair(String first, String second) {
    return bytes.encodePair(first, second);
  }

  @Override
  public int closing() {
    return bytes.closing();
  }

  @Override
  public byte[] bytes(int id) {
    return id < FakeTokenizer.VOCABULARY
        ? bytes.bytes(id)
        : words.get(id - FakeTokenizer.VOCABULARY).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String decode(int[] ids) {
    return bytes.decode(ids);
  }

  @Override
  public int vocabularySize() {
    return FakeTokenizer.VOCABULARY + words.size();
  }

  @Override
  public Set<Integer> endOfGeneration() {
    return bytes.endOfGeneration();
  }

  @Override
  public boolean isControl(int id) {
    return id < FakeTokenizer.VOCABULARY && bytes.isControl(id);
  }

  @Override
  public String piece(int id) {
    return new String(bytes(id), StandardCharsets.UTF_8);
  }

  @Override
  public int bos() {
    return bytes.bos();
  }

  @Override
  public int eos() {
    return bytes.eos();
  }
}
