package ai.realm.model.arch;

import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/** Nomic Embed (Nussbaum et al. 2024): BERT with RoPE and SwiGLU. */
final class NomicBert implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.HALVES);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      blocks.add(
          new Block.PostNorm(
              b.fusedAttention(h.attention(l).bothWays(), rope),
              b.layerNorm("attn_output_norm"),
              b.gated(Activation.SILU),
              b.layerNorm("layer_output_norm")));
    }
    return new Network.Encoder(w.bertEmbedding(false), blocks, Norm.NONE, List.of());
  }
}
