package ai.realm.model.arch;

import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * GLM-4 0414 (GLM Team 2024): norms on both sides of each part, gate and up in one tensor, and half
 * of each head turns.
 */
final class Glm4 implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.PAIRS);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      blocks.add(
          new Block.PreNorm(
              b.rms("attn_norm"),
              b.attention(h.attention(l), rope),
              b.rms("post_attention_norm"),
              b.rms("ffn_norm"),
              b.fusedGated(Activation.SILU),
              b.rms("post_ffw_norm"),
              1));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }
}
