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
import java.util.Arrays;
import java.util.List;

/**
 * Gemma 3n (Gemma Team 2025): four streams by AltUp, a residual of low rank beside the attention,
 * an input of each token in every layer, sparse gates in the first layers, and last layers that
 * read the keys and values of earlier ones. Its files do not say these numbers.
 */
final class Gemma3n implements Architecture {
  private static final int STREAMS = 4;
  private static final int LAUREL_RANK = 64;
  private static final int INPUTS = 256;

  /** Layers whose gates are sparse. */
  private static final int SPARSE = 10;

  /** Layers that have keys and values of their own. */
  private static final int OWN = 20;

  /** Layers of which the last sees everything. */
  private static final int PERIOD = 5;

  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    int window = h.count("attention.sliding_window", 1 << 30);
    int size = h.count("embedding_length_per_layer_input", 1 << 20, INPUTS);
    boolean[] local = new boolean[h.layers()];
    for (int l = 0; l < local.length; l++) {
      local[l] = l % PERIOD != PERIOD - 1;
    }
    Rope global = RopeKeys.read(h, w, Pairing.HALVES);
    Rope near = RopeKeys.unscaled(h, RopeKeys.base(h, "rope.freq_base_swa", 10000), Pairing.HALVES);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape heads = h.attention(l).scale(1);
      AttentionShape shape = local[l] ? heads.window(window) : heads;
      Rope rope = local[l] ? near : global;
      Mixer mixer =
          l < OWN
              ? b.normedAttention(shape, rope)
              : b.sharedAttention(Gemma4.owner(h, local, OWN, l), shape, rope);
      FeedForward.Gated gated = b.gated(Activation.GELU);
      blocks.add(
          new Block.AltUp(
              b.rms("attn_norm"),
              mixer,
              b.rms("post_attention_norm"),
              b.linear("laurel_l", LAUREL_RANK, h.width()),
              b.linear("laurel_r", h.width(), LAUREL_RANK),
              b.rms("laurel_post_norm"),
              b.rms("ffn_norm"),
              l < SPARSE
                  ? new FeedForward.SparseGated(gated.gate(), gated.up(), gated.down())
                  : gated,
              b.rms("post_ffw_norm"),
              b.rms("altup_router_norm"),
              b.linear("altup_router", STREAMS, h.width()),
              b.linear("altup_predict_coef", STREAMS * STREAMS, STREAMS),
              b.linear("altup_correct_coef", STREAMS, STREAMS),
              b.vector("altup_correct_scale.weight", h.width()),
              b.linear("inp_gate", size, h.width()),
              b.linear("proj", h.width(), size),
              b.rms("post_norm")));
    }
    double cap = h.positive("final_logit_softcapping", 30);
    return new Network.AltUp(
        w.embedding(Math.sqrt(h.width())),
        w.layerInputs(size),
        Arrays.asList(w.slices("altup_proj", h.width(), h.width(), STREAMS - 1)),
        Arrays.asList(w.slices("altup_unembd_proj", h.width(), h.width(), STREAMS - 1)),
        blocks,
        w.output(w.rms("output_norm"), 1, cap));
  }
}
