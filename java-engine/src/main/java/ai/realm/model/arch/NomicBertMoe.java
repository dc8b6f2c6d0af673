package ai.realm.model.arch;

import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import ai.realm.model.net.Routing;
import ai.realm.model.net.Routing.Choice;
import ai.realm.model.net.Routing.Scores;
import java.util.ArrayList;
import java.util.List;

/**
 * Nomic Embed 2 (Nussbaum and Duderstadt 2025): BERT with RoPE, of whose layers some are mixtures
 * of experts without a gate, whose weights do not add up to 1.
 */
final class NomicBertMoe implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.HALVES);
    int period = h.count("moe_every_n_layers", 4096);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      blocks.add(
          new Block.PostNorm(
              b.fusedAttention(h.attention(l).bothWays(), rope),
              b.layerNorm("attn_output_norm"),
              l % period == 1 % period ? mixture(b) : b.plain(Activation.GELU),
              b.layerNorm("layer_output_norm")));
    }
    return new Network.Encoder(w.bertEmbedding(false), blocks, Norm.NONE, List.of());
  }

  private static FeedForward mixture(LayerSource b) {
    Routing routing =
        new Routing(Scores.SOFTMAX, new Choice.Best(), b.usedExperts(), /* normalized= */ false, 1);
    return b.experts(Activation.GELU, routing);
  }
}
