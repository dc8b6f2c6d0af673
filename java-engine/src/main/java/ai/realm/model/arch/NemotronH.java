package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Mixer;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Positions;
import java.util.ArrayList;
import java.util.List;

/**
 * Nemotron-H (NVIDIA 2025): each layer is Mamba-2, or attention without positions, or a
 * feed-forward part of squared ReLUs, with a norm before it.
 */
final class NemotronH implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      Norm norm = b.rms("attn_norm");
      blocks.add(
          h.hasFeedForward(l)
              ? new Block.FeedForwardAlone(norm, b.plain(Activation.RELU_SQUARED))
              : new Block.MixerAlone(norm, mixer(h, b, l)));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }

  private static Mixer mixer(Hyperparameters h, LayerSource b, int layer) {
    if (!h.attends(layer)) {
      return b.mamba2();
    }
    AttentionShape shape = h.attention(layer);
    float scale = (float) h.positive("attention.scale", shape.scale());
    return b.attention(shape.scale(scale), Positions.NONE);
  }
}
