package ai.realm.model.net;

import java.util.List;
import java.util.Optional;

/** A model as parts: what the forward pass goes through. */
public sealed interface Network {

  /** Its layers. */
  List<Block> blocks();

  /** Values of a token in the residual stream. */
  int width();

  /** What gives the logits of the token that follows. */
  sealed interface Generating extends Network {
    /** What enters the first block. */
    Embedding embedding();

    /** What the last block's result goes through. */
    Output output();

    /** What guesses tokens behind the one that the output gives; most files have none. */
    default Optional<GuessingHead> head() {
      return Optional.empty();
    }

    @Override
    default int width() {
      return embedding().table().width();
    }
  }

  /** A decoder. */
  record Decoder(
      Embedding embedding, List<Block> blocks, Output output, Optional<GuessingHead> head)
      implements Generating {
    /** One without a head. */
    public Decoder(Embedding embedding, List<Block> blocks, Output output) {
      this(embedding, blocks, output, Optional.empty());
    }
  }

  /**
   * A head for multi-token prediction, as DeepSeek-V3 (2024) and Qwen have it: a block of its own,
   * which sees what the trunk made of all tokens so far. The row of the token at position p, x its
   * embedding and s the trunk's state behind the token before it (what its output norm gives; 0 at
   * the start), enters as {@code join(tokenNorm(x), stateNorm(s))}, and the block's result gives
   * the logits of the token at p + 1. What the head's norm makes of that stands for the trunk's
   * state where the head guesses on.
   *
   * @param embedding of tokens
   * @param tokenNorm {@code nextn.enorm}
   * @param stateNorm {@code nextn.hnorm}
   * @param join {@code nextn.eh_proj (width, 2 * width)}, of both one behind the other
   * @param block which attends to all rows of the head before
   * @param output the norm {@code nextn.shared_head_norm}, and the trunk's matrix in most files
   */
  record GuessingHead(
      Embedding embedding,
      Norm tokenNorm,
      Norm stateNorm,
      Linear join,
      Block block,
      Output output) {}

  /** A decoder in which each token has an input of its own in every layer (Gemma 3n, 2025). */
  record InputDecoder(Embedding embedding, LayerInputs inputs, List<Block> blocks, Output output)
      implements Generating {}

  /**
   * The same with several streams of a token (Baykal et al. 2023), of blocks that are {@link
   * Block.AltUp}. All but the first enter as projections of it, as long as it is, and leave through
   * others; the mean of them goes on.
   *
   * @param spread {@code (width, width)} of each stream but the first
   * @param merge likewise
   */
  record AltUp(
      Embedding embedding,
      LayerInputs inputs,
      List<Linear> spread,
      List<Linear> merge,
      List<Block> blocks,
      Output output)
      implements Generating {
    /** How many there are. */
    public int streams() {
      return spread.size() + 1;
    }
  }

  /**
   * What a token has in every layer, beside the stream: {@code (norm(scale * projection(x)) +
   * tableScale * table[token]) / sqrt(2)}, x its scaled embedding.
   *
   * @param table {@code per_layer_token_embd.weight (vocabulary, layers * size)}
   * @param projection {@code (layers * size, width)}
   * @param norm of each layer's part
   * @param size values of a token in a layer
   */
  record LayerInputs(
      EmbeddingTable table,
      float tableScale,
      Linear projection,
      float scale,
      Norm norm,
      int size) {}

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
