package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Mixer;
import ai.realm.model.net.Mixer.ShortConvolution;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import ai.realm.model.net.Routing;
import java.util.ArrayList;
import java.util.List;

/**
 * LFM2 (Liquid AI 2025): gated short convolutions, and some layers of attention, whose heads are
 * normed as those of Qwen 3 are. As a mixture it has experts behind its first layers, whose weights
 * add up to 1. The last norm is called {@code token_embd_norm}.
 */
final class Lfm2 implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.HALVES);
    int dense = h.hasExperts() ? h.leadingDense() : h.layers();
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      Norm norm = b.rms("attn_norm");
      Mixer mixer = h.attends(l) ? attention(h.attention(l), b, rope) : convolution(h, b);
      FeedForward feedForward = l < dense ? b.gated(Activation.SILU) : experts(h, b);
      blocks.add(new Block.PreNorm(norm, mixer, b.rms("ffn_norm"), feedForward));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("token_embd_norm")));
  }

  private static Mixer attention(AttentionShape shape, LayerSource b, Rope rope) {
    Norm qNorm = b.rms("attn_q_norm", shape.headDim());
    Norm kNorm = b.rms("attn_k_norm", shape.headDim());
    return b.attention(shape, rope, qNorm, kNorm);
  }

  private static Mixer convolution(Hyperparameters h, LayerSource b) {
    return new ShortConvolution(
        b.linear("shortconv.in_proj", 3 * h.width(), h.width()),
        b.convolution("shortconv.conv", h.count("shortconv.l_cache", 64), h.width()),
        b.linear("shortconv.out_proj", h.width(), h.width()));
  }

  private static FeedForward experts(Hyperparameters h, LayerSource b) {
    Routing routing =
        new Routing(
            RoutingKeys.scores(h),
            RoutingKeys.choice(h, b),
            b.usedExperts(),
            /* normalized= */ true,
            1);
    return b.experts(Activation.SILU, routing);
  }
}
