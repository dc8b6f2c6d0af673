package ai.realm.tokenizer;

import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.Gguf;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A vocabulary that a test makes token by token. */
public final class TinyVocabulary {
  private final String model;
  private final GgufWriter writer = new GgufWriter();
  private final List<String> texts = new ArrayList<>();
  private final List<TokenType> types = new ArrayList<>();
  private final List<Float> scores = new ArrayList<>();

  /** A vocabulary of the kind that {@code model} names. */
  public TinyVocabulary(String model) {
    this.model = model;
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

  /** Adds normal tokens of these texts, in the signs in which a vocabulary of its kind has them. */
  public TinyVocabulary words(String... plain) {
    for (String text : plain) {
      StringBuilder written = new StringBuilder();
      if (model.equals("gpt2")) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
          written.append(ByteAlphabet.character(b & 0xFF));
        }
      } else {
        written.append(text.replace(' ', '\u2581'));
      }
      tokens(written.toString());
    }
    return this;
  }

  /** Adds a token for each byte. */
  public TinyVocabulary allBytes() {
    for (int b = 0; b < 256; b++) {
      if (model.equals("gpt2")) {
        tokens(String.valueOf(ByteAlphabet.character(b)));
      } else {
        token("<0x%02X>".formatted(b), TokenType.BYTE, 0);
      }
    }
    return this;
  }

  /** Adds a control token that ends a text. */
  public TinyVocabulary end(String text) {
    return id("tokenizer.ggml.eos_token_id", texts.size()).token(text, TokenType.CONTROL, 0);
  }

  /** Adds the token for what no other is. */
  public TinyVocabulary unknown(String text) {
    return id("tokenizer.ggml.unknown_token_id", texts.size()).token(text, TokenType.UNKNOWN, 0);
  }

  /** Adds a token. */
  TinyVocabulary token(String text, TokenType type, float score) {
    texts.add(text);
    types.add(type);
    scores.add(score);
    return this;
  }

  /** Adds merges, each two symbols with a space between. */
  public TinyVocabulary merges(String... merges) {
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
  public Tokenizer tokenizer() {
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
