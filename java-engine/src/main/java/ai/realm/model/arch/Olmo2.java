package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * OLMo 2 (OLMo Team 2024): no norms before the parts, but behind them, and of all queries and all
 * keys of a token.
 */
final class Olmo2 implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.HALVES);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape shape = h.attention(l);
      Norm qNorm = b.rms("attn_q_norm", shape.queryWidth());
      Norm kNorm = b.rms("attn_k_norm", shape.kvWidth());
      blocks.add(
          new Block.PreNorm(
              Norm.NONE,
              b.attention(shape, rope, qNorm, kNorm),
              b.rms("post_attention_norm"),
              Norm.NONE,
              b.gated(Activation.SILU),
              b.rms("post_ffw_norm"),
              1));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }
}
