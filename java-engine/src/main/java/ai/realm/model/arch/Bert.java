package ai.realm.model.arch;

import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Positions;
import java.util.ArrayList;
import java.util.List;

/**
 * BERT (Devlin et al. 2018), and MiniLM, BGE, E5 and others of its form: every token sees all
 * others, the norms come behind, and the embeddings have positions. GELU is that with tanh, as
 * files in GGUF are computed.
 */
final class Bert implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      blocks.add(
          new Block.PostNorm(
              b.attention(h.attention(l).bothWays(), Positions.NONE),
              b.layerNorm("attn_output_norm"),
              b.plain(Activation.GELU),
              b.layerNorm("layer_output_norm")));
    }
    return new Network.Encoder(w.bertEmbedding(true), blocks, Norm.NONE, List.of());
  }
}
