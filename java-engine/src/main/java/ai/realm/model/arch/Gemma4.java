package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Mixer;
import ai.realm.model.net.Network;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * Gemma 4: layers with a window and layers that see everything, each kind with heads and RoPE of
 * its own. The last layers read the keys and values of the last one of their kind that has its own.
 * In small models each token has an input of its own in every layer; in the mixture a dense part
 * stands beside the experts.
 */
final class Gemma4 implements Architecture {
  private static final String LOCAL = "_swa";

  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    boolean[] local = h.ofLayers("attention.sliding_window_pattern");
    int window = h.count("attention.sliding_window", 1 << 30);
    int own = h.layers() - h.countOrNone("attention.shared_kv_layers", h.layers() - 1);
    int inputSize = h.countOrNone("embedding_length_per_layer_input", 1 << 20);
    Rope global = RopeKeys.read(h, w, Pairing.HALVES);
    Rope near =
        RopeKeys.unscaled(
            h,
            RopeKeys.base(h, "rope.freq_base" + LOCAL, 10000),
            "rope.dimension_count" + LOCAL,
            h.attention(0, LOCAL).headDim(),
            Pairing.HALVES);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape heads = local[l] ? h.attention(l, LOCAL).window(window) : h.attention(l);
      AttentionShape shape = heads.scale(1);
      Rope rope = local[l] ? near : global;
      Mixer mixer =
          l < own
              ? b.normedAttention(shape, rope)
              : b.sharedAttention(owner(h, local, own, l), shape, rope);
      Block block =
          new Block.PreNorm(
              b.rms("attn_norm"),
              mixer,
              b.rms("post_attention_norm"),
              b.rms("ffn_norm"),
              feedForward(h, b),
              b.rms("post_ffw_norm"),
              1);
      if (inputSize > 0) {
        block = b.withInput(block, inputSize);
      }
      if (b.has("layer_output_scale.weight")) {
        block = new Block.Scaled(block, b.vector("layer_output_scale.weight", 1)[0]);
      }
      blocks.add(block);
    }
    Network.Embedding embedding = w.embedding(Math.sqrt(h.width()));
    double cap = h.positive("final_logit_softcapping", Double.POSITIVE_INFINITY);
    Network.Output output = w.output(w.rms("output_norm"), 1, cap);
    return inputSize > 0
        ? new Network.InputDecoder(embedding, w.layerInputs(inputSize), blocks, output)
        : new Network.Decoder(embedding, blocks, output);
  }

  /** The last layer with keys and values of its own that is of the same kind. */
  static int owner(Hyperparameters h, boolean[] local, int own, int layer) {
    for (int l = own - 1; l >= 0; l--) {
      if (local[l] == local[layer]) {
        return l;
      }
    }
    throw h.invalid(
        "attention.shared_kv_layers",
        h.layers() - own,
        "a number that leaves layers of both kinds with keys and values of their own");
  }

  private static FeedForward feedForward(Hyperparameters h, LayerSource b) {
    FeedForward.Gated dense = b.gated(Activation.GELU);
    if (h.integer("expert_count", 0) == 0) {
      return dense;
    }
    return new FeedForward.BesideExperts(
        dense,
        b.rms("post_ffw_norm_1"),
        b.scaledNorm("ffn_gate_inp.scale", 1 / Math.sqrt(h.width())),
        b.rms("pre_ffw_norm_2"),
        b.fusedExperts(Activation.GELU),
        b.rms("post_ffw_norm_2"));
  }
}
