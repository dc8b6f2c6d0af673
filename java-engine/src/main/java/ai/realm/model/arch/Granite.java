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
 * Granite 3 (IBM 2024): llama with a factor on embeddings, on what a layer adds, on scores, and a
 * divisor of the logits.
 */
final class Granite implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    h.refuseExperts();
    Rope rope = RopeKeys.read(h, w, Pairing.PAIRS);
    float residual = (float) h.positive("residual_scale", 1);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape shape = h.attention(l);
      blocks.add(
          new Block.PreNorm(
              b.rms("attn_norm"),
              b.attention(shape.scale((float) h.positive("attention.scale", shape.scale())), rope),
              Norm.NONE,
              b.rms("ffn_norm"),
              b.gated(Activation.SILU),
              Norm.NONE,
              residual));
    }
    return new Network.Decoder(
        w.embedding(h.positive("embedding_scale", 1)),
        blocks,
        w.output(w.rms("output_norm"), 1 / h.positive("logit_scale", 1), Double.POSITIVE_INFINITY));
  }
}
