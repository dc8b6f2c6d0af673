package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.FeedForward.WithShared;
import ai.realm.model.net.Linear;
import ai.realm.model.net.Mixer.LatentAttention;
import ai.realm.model.net.Mixer.LatentAttention.Direct;
import ai.realm.model.net.Mixer.LatentAttention.LowRank;
import ai.realm.model.net.Mixer.LatentAttention.Queries;
import ai.realm.model.net.Network;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * DeepSeek V2, V3 and R1 (DeepSeek-AI 2024), and others of their form: multi-head latent attention;
 * after the first layers mixtures beside an expert that every token takes. Old files have the
 * heads' matrices of keys and values in {@code attn_kv_b}; new ones in {@code attn_k_b}, which is
 * transposed already, and {@code attn_v_b}.
 */
final class DeepSeek2 implements Architecture {
  private static final int MOST = 1 << 16;

  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Sizes sizes = Sizes.of(h);
    boolean scoresTakeMagnitude = h.number("rope.scaling.yarn_log_multiplier", 0) != 0;
    Rope rope =
        scoresTakeMagnitude
            ? RopeKeys.read(h, w, Pairing.PAIRS, h.positive("rope.scaling.attn_factor", 1))
            : RopeKeys.read(h, w, Pairing.PAIRS);
    int dense = h.leadingDense();
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      FeedForward feedForward =
          l < dense
              ? b.gated(Activation.SILU)
              : new WithShared(
                  b.sharedExpert(Activation.SILU),
                  b.experts(Activation.SILU, RoutingKeys.read(h, b)));
      blocks.add(
          new Block.PreNorm(
              b.rms("attn_norm"), attention(h, b, sizes, rope), b.rms("ffn_norm"), feedForward));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }

  /**
   * What heads are like.
   *
   * @param rank of the latent
   * @param still values of a query without a position
   * @param turned values with one
   * @param value values of a head's result
   * @param scale of the scores
   */
  private record Sizes(int heads, int rank, int still, int turned, int value, float scale) {
    static Sizes of(Hyperparameters h) {
      int heads = h.count("attention.head_count", MOST);
      int rank = h.count("attention.kv_lora_rank", MOST);
      int turned = h.count("rope.dimension_count", MOST);
      int query = real(h, "attention.key_length");
      if (query <= turned) {
        throw h.invalid("rope.dimension_count", turned, "less than of a query, " + query + ",");
      }
      int value = real(h, "attention.value_length");
      // DeepSeek's mscale, which YaRN gives to the scores: of q and of k, so twice.
      double growth =
          1 + h.number("rope.scaling.yarn_log_multiplier", 0) * Math.log(RopeKeys.factor(h));
      float scale = (float) (growth * growth / Math.sqrt(query));
      return new Sizes(heads, rank, query - turned, turned, value, scale);
    }

    /** New files have what is cached under the usual keys, and the heads' own in another. */
    private static int real(Hyperparameters h, String key) {
      return h.has(key + "_mla") ? h.count(key + "_mla", MOST) : h.count(key, MOST);
    }

    int query() {
      return still + turned;
    }
  }

  private static LatentAttention attention(Hyperparameters h, LayerSource b, Sizes s, Rope rope) {
    int rank = s.rank();
    boolean old = b.has("attn_kv_b.weight");
    int apart = s.still() + s.value(); // Rows of a head in attn_kv_b: of its keys, then its values.
    Linear[] keys =
        old
            ? b.transposes("attn_kv_b", s.still(), rank, s.heads(), apart)
            : b.slices("attn_k_b", rank, s.still(), s.heads());
    Linear[] values =
        old
            ? b.every("attn_kv_b", s.still(), s.value(), rank, s.heads(), apart)
            : b.slices("attn_v_b", s.value(), rank, s.heads());
    return new LatentAttention(
        queries(h, b, s.heads() * s.query()),
        b.linear("attn_kv_a_mqa", rank + s.turned(), h.width()),
        b.rms("attn_kv_a_norm", rank),
        List.of(keys),
        List.of(values),
        rope,
        AttentionShape.causal(s.heads(), 1, rank + s.turned()).scale(s.scale()),
        b.linear("attn_output", h.width(), s.heads() * s.value()));
  }

  private static Queries queries(Hyperparameters h, LayerSource b, int width) {
    if (b.has("attn_q.weight")) {
      return new Direct(b.linear("attn_q", width, h.width()));
    }
    int rank = h.count("attention.q_lora_rank", MOST);
    return new LowRank(
        b.linear("attn_q_a", rank, h.width()),
        b.rms("attn_q_a_norm", rank),
        b.linear("attn_q_b", width, rank));
  }
}
