package ai.realm.tokenizer;

import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.Gguf;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A vocabulary that a test makes token by token. */
final class TinyVocabulary {
  private final GgufWriter writer = new GgufWriter();
  private final List<String> texts = new ArrayList<>();
  private final List<TokenType> types = new ArrayList<>();
  private final List<Float> scores = new ArrayList<>();

  /** A vocabulary of the kind that {@code model} names. */
  TinyVocabulary(String model) {
    writer.string("tokenizer.ggml.model", model);
  }

  /** A byte-level BPE vocabulary with GPT-2's pre-tokenizer. */
  static TinyVocabulary bytePair() {
    TinyVocabulary vocabulary = new TinyVocabulary("gpt2");
    vocabulary.writer.string("tokenizer.ggml.pre", "gpt-2");
    return vocabulary;
  }

  /** Adds normal tokens. */
  TinyVocabulary tokens(String... normal) {
    for (String text : normal) {
      token(text, TokenType.NORMAL, 0);
    }
    return this;
  }

  /** Adds a token. */
  TinyVocabulary token(String text, TokenType type, float score) {
    texts.add(text);
    types.add(type);
    scores.add(score);
    return this;
  }

  /** Adds merges, each two symbols with a space between. */
  TinyVocabulary merges(String... merges) {
    writer.strings("tokenizer.ggml.merges", merges);
    return this;
  }

  /** Adds a string under a key. */
  TinyVocabulary string(String key, String value) {
    writer.string(key, value);
    return this;
  }

  /** Adds a value of any type under a key. */
  TinyVocabulary raw(String key, int type, byte[] value) {
    writer.raw(key, type, value);
    return this;
  }

  /** Adds a token id under a key. */
  TinyVocabulary id(String key, int value) {
    writer.uint32(key, value);
    return this;
  }

  /** Adds a flag under a key. */
  TinyVocabulary flag(String key, boolean value) {
    writer.bool(key, value);
    return this;
  }

  /** The tokenizer. */
  Tokenizer tokenizer() {
    writer.strings("tokenizer.ggml.tokens", texts.toArray(new String[0]));
    writer.int32s(
        "tokenizer.ggml.token_type", types.stream().mapToInt(TokenType::ordinal).toArray());
    float[] values = new float[scores.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = scores.get(i);
    }
    writer.float32s("tokenizer.ggml.scores", values);
    return read(writer);
  }

  /** The tokenizer of a file. */
  static Tokenizer read(GgufWriter writer) {
    try (Gguf gguf = Gguf.of(MemorySegment.ofArray(writer.bytes()), () -> {})) {
      return Tokenizers.of(gguf.metadata());
    }
  }
}
