package ai.realm.model.net;

import java.util.List;
import java.util.Optional;

/** A model as parts: what the forward pass goes through. */
public sealed interface Network {

  /** Its layers. */
  List<Block> blocks();

  /** Values of a token in the residual stream. */
  int width();

  /**
   * A decoder, which gives the logits of the token that follows.
   *
   * @param embedding what enters the first block
   * @param output what the last block's result goes through
   */
  record Decoder(Embedding embedding, List<Block> blocks, Output output) implements Network {
    @Override
    public int width() {
      return embedding.table().width();
    }
  }

  /**
   * An encoder, which gives a state for each token of a text.
   *
   * @param input what enters the first block
   * @param norm what the last block's result goes through, {@link Norm#NONE} in BERT
   * @param projections what a text's pooled state goes through, one after the other; none in most
   */
  record Encoder(Input input, List<Block> blocks, Norm norm, List<Linear> projections)
      implements Network {
    @Override
    public int width() {
      return input.table().width();
    }
  }

  /** What enters the first block of an encoder. */
  sealed interface Input {
    /** {@code token_embd.weight (vocabulary, width)}. */
    EmbeddingTable table();
  }

  /**
   * {@code x = norm(table[token] + positions[position] + segment)}, as in BERT.
   *
   * @param positions {@code position_embd.weight (context, width)}; none where attention knows them
   * @param segment the row of {@code token_types.weight} for the first of two texts, {@code
   *     (width)}
   */
  record BertEmbedding(
      EmbeddingTable table, Optional<EmbeddingTable> positions, float[] segment, Norm norm)
      implements Input {}

  /**
   * {@code x = scale * table[token]}.
   *
   * @param table {@code token_embd.weight (vocabulary, width)}
   * @param scale 1 in most
   */
  record Embedding(EmbeddingTable table, float scale) implements Input {}

  /**
   * {@code logits = cap(scale * linear(norm(x)))}, where {@code cap(z) = softcap * tanh(z /
   * softcap)}.
   *
   * @param norm {@code output_norm}
   * @param linear {@code (vocabulary, width)}; the embedding's weights where a file ties them
   * @param scale of the logits, 1 in most
   * @param softcap what logits stay below; infinity where they are not capped
   */
  record Output(Norm norm, Linear linear, float scale, float softcap) {}
}
