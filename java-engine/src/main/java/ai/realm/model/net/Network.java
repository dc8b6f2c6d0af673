package ai.realm.model.net;

import java.util.List;

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
   * {@code x = scale * table[token]}.
   *
   * @param table {@code token_embd.weight (vocabulary, width)}
   * @param scale 1 in most
   */
  record Embedding(EmbeddingTable table, float scale) {}

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
