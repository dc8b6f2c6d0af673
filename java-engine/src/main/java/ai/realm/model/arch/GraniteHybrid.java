package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.FeedForward.WithShared;
import ai.realm.model.net.Mixer;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Positions;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * Granite 4 (IBM 2025): Mamba-2, and some layers of attention, with the four scales of Granite 3;
 * dense, or with experts beside one that every token takes. Whether attention knows positions is
 * said by {@code rope.scaling.finetuned}.
 */
final class GraniteHybrid implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Positions positions =
        h.flag("rope.scaling.finetuned", true)
            ? RopeKeys.read(h, w, Pairing.PAIRS)
            : Positions.NONE;
    float residual = (float) h.positive("residual_scale", 1);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      Norm norm = b.rms("attn_norm");
      Mixer mixer = h.attends(l) ? attention(h, b, h.attention(l), positions) : b.mamba2();
      blocks.add(
          new Block.PreNorm(
              norm, mixer, Norm.NONE, b.rms("ffn_norm"), feedForward(h, b), Norm.NONE, residual));
    }
    return new Network.Decoder(
        w.embedding(h.positive("embedding_scale", 1)),
        blocks,
        w.output(w.rms("output_norm"), 1 / h.positive("logit_scale", 1), Double.POSITIVE_INFINITY));
  }

  private static Mixer attention(
      Hyperparameters h, LayerSource b, AttentionShape shape, Positions positions) {
    float scale = (float) h.positive("attention.scale", shape.scale());
    return b.attention(shape.scale(scale), positions);
  }

  private static FeedForward feedForward(Hyperparameters h, LayerSource b) {
    return h.hasExperts()
        ? new WithShared(b.sharedExpert(Activation.SILU), b.experts(Activation.SILU))
        : b.gated(Activation.SILU);
  }
}
