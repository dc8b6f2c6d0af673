package ai.realm.model.arch;

import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * StarCoder2 (Lozhkov et al. 2024): layer norms, biases, and a feed-forward part without a gate.
 */
final class Starcoder2 implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.HALVES);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      blocks.add(
          new Block.PreNorm(
              b.layerNorm("attn_norm"),
              b.attention(h.attention(l), rope),
              b.layerNorm("ffn_norm"),
              b.plain(Activation.GELU)));
    }
    Norm norm = w.layerNorm("output_norm", h.width());
    return new Network.Decoder(w.embedding(1), blocks, w.output(norm));
  }
}
