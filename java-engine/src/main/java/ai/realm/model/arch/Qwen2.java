package ai.realm.model.arch;

import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/** Qwen 2 and 2.5 (Yang et al. 2024): llama with biases of q, k and v, and halves turned. */
final class Qwen2 implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    h.refuseExperts();
    Rope rope = RopeKeys.read(h, w, Pairing.HALVES);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      blocks.add(
          new Block.PreNorm(
              b.rms("attn_norm"),
              b.attention(h.attention(l), rope),
              b.rms("ffn_norm"),
              b.gated(Activation.SILU)));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }
}
