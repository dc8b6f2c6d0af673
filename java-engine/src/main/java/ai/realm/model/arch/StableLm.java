package ai.realm.model.arch;

import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Mixer;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * StableLM (Bellagente et al. 2024): layer norms, and a quarter of each head turns. Files without
 * {@code ffn_norm} have both parts of a layer side by side.
 */
final class StableLm implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.HALVES);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      Norm norm = b.layerNorm("attn_norm");
      Mixer attention = b.attention(h.attention(l), rope);
      FeedForward gated = b.gated(Activation.SILU);
      blocks.add(
          b.has("ffn_norm.weight")
              ? new Block.PreNorm(norm, attention, b.layerNorm("ffn_norm"), gated)
              : new Block.Parallel(norm, attention, gated));
    }
    Norm norm = w.layerNorm("output_norm", h.width());
    return new Network.Decoder(w.embedding(1), blocks, w.output(norm));
  }
}
