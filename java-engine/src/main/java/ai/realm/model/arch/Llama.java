package ai.realm.model.arch;

import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * Llama (Touvron et al. 2023), Mistral, Mixtral (Jiang et al. 2024), and others whose files are of
 * their form.
 */
final class Llama implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.PAIRS);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      b.ignore("attn_rot_embd"); // Old converters left it in: RoPE is computed here.
      blocks.add(
          new Block.PreNorm(
              b.rms("attn_norm"),
              b.attention(h.attention(l), rope),
              b.rms("ffn_norm"),
              b.expertsOrGated(Activation.SILU)));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }
}
