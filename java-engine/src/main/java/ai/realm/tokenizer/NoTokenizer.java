package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;
import java.util.Set;

/**
 * That of a file which says that it has no vocabulary: its model takes and gives ids, and knows no
 * text of them.
 */
final class NoTokenizer implements Tokenizer {
  private final int size;

  private NoTokenizer(int size) {
    this.size = size;
  }

  /**
   * For as many tokens as {@code metadata} says.
   *
   * @throws EngineException {@code MODEL_INVALID} if it does not say how many
   */
  static NoTokenizer read(GgufMetadata metadata) {
    String key = metadata.string("general.architecture", "").concat(".vocab_size");
    long size = metadata.integer(key, -1);
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          key
              + " is "
              + (size < 0 ? "missing" : size)
              + ", which says how many tokens there are where the file has no vocabulary; convert"
              + " the model again");
    }
    return new NoTokenizer((int) size);
  }

  @Override
  public int[] encode(String text, SpecialTokens special, boolean addBos) {
    throw noText();
  }

  @Override
  public TextPair encodePair(String first, String second) {
    throw noText();
  }

  private static EngineException noText() {
    return new EngineException(
        ErrorCode.UNSUPPORTED_TOKENIZER,
        "the file says that it has no vocabulary (tokenizer.ggml.model is 'none'), so no text can"
            + " become tokens; give token ids, or take a file that holds its tokenizer");
  }

  @Override
  public int closing() {
    return 0;
  }

  /** None, of any id. */
  @Override
  public byte[] bytes(int id) {
    require(id);
    return new byte[0];
  }

  /** Nothing, of any ids. */
  @Override
  public String decode(int[] ids) {
    for (int id : ids) {
      require(id);
    }
    return "";
  }

  @Override
  public int vocabularySize() {
    return size;
  }

  @Override
  public Set<Integer> endOfGeneration() {
    return Set.of();
  }

  @Override
  public boolean isControl(int id) {
    require(id);
    return false;
  }

  @Override
  public String piece(int id) {
    require(id);
    return "";
  }

  @Override
  public int bos() {
    return -1;
  }

  @Override
  public int eos() {
    return -1;
  }

  private void require(int id) {
    Vocabulary.require(id, size);
  }
}
