package ai.realm.model.arch;

import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * Phi 3 and 4 (Abdin et al. 2024): q, k and v in one tensor, gate and up in another, and LongRoPE
 * in the variants for long contexts. Their window is none in the files' own use.
 */
final class Phi3 implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    h.refuseExperts();
    Rope rope = RopeKeys.longRope(h, w, Pairing.HALVES);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      blocks.add(
          new Block.PreNorm(
              b.rms("attn_norm"),
              b.fusedAttention(h.attention(l), rope),
              b.rms("ffn_norm"),
              b.fusedGated(Activation.SILU)));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }
}
