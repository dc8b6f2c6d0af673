package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Mixer;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Positions;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * Command R7B and Command A (Cohere 2025): attention and the feed-forward part side by side; three
 * layers with a window to one that sees everything and knows no positions.
 */
final class Cohere2 implements Architecture {
  private static final int PERIOD = 4;

  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.PAIRS);
    int window = h.count("attention.sliding_window", 1 << 30);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape shape = h.attention(l);
      Mixer attention =
          l % PERIOD == PERIOD - 1
              ? b.attention(shape, Positions.NONE)
              : b.attention(shape.window(window), rope);
      blocks.add(new Block.Parallel(b.layerNorm("attn_norm"), attention, b.gated(Activation.SILU)));
    }
    Norm norm = w.layerNorm("output_norm", h.width());
    return new Network.Decoder(
        w.embedding(1),
        blocks,
        w.output(norm, h.positive("logit_scale", 1), Double.POSITIVE_INFINITY));
  }
}
