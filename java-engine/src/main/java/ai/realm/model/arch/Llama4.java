package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.FeedForward.Weighed;
import ai.realm.model.net.FeedForward.WithShared;
import ai.realm.model.net.Mixer;
import ai.realm.model.net.Mixer.ChunkedAttention;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Positions;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import ai.realm.model.net.Routing;
import ai.realm.model.net.Routing.Choice;
import ai.realm.model.net.Routing.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Llama 4 (Meta 2025), text: three layers with RoPE, that see a chunk of the text, to one without
 * that sees all of it, and whose scores grow with the position. Some layers are mixtures beside an
 * expert that every token takes; the weights of theirs multiply what goes into them.
 */
final class Llama4 implements Architecture {
  private static final int PERIOD = 4;
  private static final int CHUNK = 8192;
  private static final float TEMPERATURE = 0.1f;

  /** Maverick alone does not norm its heads. */
  private static final int EXPERTS_OF_MAVERICK = 128;

  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.PAIRS);
    Positions everywhere = new Positions.Tempered(Positions.NONE, TEMPERATURE, 1, CHUNK);
    int step = h.count("interleave_moe_layer_step", 4096);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape shape = h.attention(l);
      Mixer attention =
          l % PERIOD == PERIOD - 1
              ? b.attention(shape, everywhere)
              : new ChunkedAttention(
                  b.attention(shape.window(CHUNK), turned(h, rope, shape.headDim())), CHUNK);
      FeedForward feedForward = (l + 1) % step == 0 ? mixture(b) : b.gated(Activation.SILU);
      blocks.add(new Block.PreNorm(b.rms("attn_norm"), attention, b.rms("ffn_norm"), feedForward));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }

  private static Positions turned(Hyperparameters h, Rope rope, int headDim) {
    if (h.integer("expert_count", 0) == EXPERTS_OF_MAVERICK) {
      return rope;
    }
    float[] ones = new float[headDim];
    Arrays.fill(ones, 1);
    Norm.Rms norm = new Norm.Rms(ones, h.rmsEpsilon());
    return new Positions.ThenNorm(rope, norm, norm);
  }

  private static FeedForward mixture(LayerSource b) {
    Routing routing =
        new Routing(Scores.SIGMOID, new Choice.Best(), b.usedExperts(), /* normalized= */ false, 1);
    return new WithShared(
        b.sharedExpert(Activation.SILU), b.experts(Activation.SILU, routing, Weighed.INPUTS));
  }
}
