package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.FeedForward.Dense;
import ai.realm.model.net.FeedForward.Experts;
import ai.realm.model.net.FeedForward.Gated;
import ai.realm.model.net.FeedForward.Plain;
import ai.realm.model.net.Linear;
import ai.realm.model.net.Mixer.SelfAttention;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Positions;
import java.util.ArrayList;
import java.util.List;

/** The parts of one layer, from the tensors {@code blk.N.*}. */
public final class LayerSource {
  private static final int MOST_EXPERTS = 1 << 14;

  private final WeightSource source;
  private final Hyperparameters h;
  private final int layer;

  LayerSource(WeightSource source, Hyperparameters h, int layer) {
    this.source = source;
    this.h = h;
    this.layer = layer;
  }

  private String name(String part) {
    return "blk." + layer + "." + part;
  }

  /** Whether the file has {@code blk.N.<tensor>}. */
  public boolean has(String tensor) {
    return source.has(name(tensor));
  }

  /** Marks a tensor that adds nothing. */
  public void ignore(String tensor) {
    source.ignore(name(tensor));
  }

  /** The RMS norm {@code blk.N.<part>.weight} of a whole row of the stream. */
  public Norm rms(String part) {
    return source.rms(name(part));
  }

  /** The same of {@code n} values. */
  public Norm rms(String part, int n) {
    return source.rms(name(part), n);
  }

  /** The layer norm {@code blk.N.<part>} of a whole row of the stream. */
  public Norm layerNorm(String part) {
    return source.layerNorm(name(part), h.width());
  }

  /** The linear layer {@code blk.N.<part>}. */
  public Linear linear(String part, int out, int in) {
    return source.linear(name(part), out, in);
  }

  /** Attention with {@code attn_q}, {@code attn_k}, {@code attn_v} and {@code attn_output}. */
  public SelfAttention attention(AttentionShape shape, Positions positions) {
    return attention(shape, positions, Norm.NONE, Norm.NONE);
  }

  /** The same with norms of queries and keys. */
  public SelfAttention attention(
      AttentionShape shape, Positions positions, Norm qNorm, Norm kNorm) {
    return new SelfAttention(
        linear("attn_q", shape.queryWidth(), h.width()),
        linear("attn_k", shape.kvWidth(), h.width()),
        linear("attn_v", shape.kvWidth(), h.width()),
        qNorm,
        kNorm,
        positions,
        shape,
        linear("attn_output", h.width(), shape.queryWidth()));
  }

  /** The same with {@code attn_qkv}, whose rows are the queries', the keys', the values'. */
  public SelfAttention fusedAttention(AttentionShape shape, Positions positions) {
    int q = shape.queryWidth();
    int kv = shape.kvWidth();
    Linear[] parts = source.parts(name("attn_qkv"), h.width(), q, kv, kv);
    return new SelfAttention(
        parts[0],
        parts[1],
        parts[2],
        Norm.NONE,
        Norm.NONE,
        positions,
        shape,
        linear("attn_output", h.width(), q));
  }

  /** The feed-forward part with {@code ffn_gate}, {@code ffn_up} and {@code ffn_down}. */
  public Gated gated(Activation activation) {
    int inner = h.feedForward(layer);
    return new Gated(
        activation,
        linear("ffn_gate", inner, h.width()),
        linear("ffn_up", inner, h.width()),
        linear("ffn_down", h.width(), inner));
  }

  /** The same where {@code ffn_up} holds the rows of the gate, then those of up. */
  public Gated fusedGated(Activation activation) {
    int inner = h.feedForward(layer);
    Linear[] parts = source.parts(name("ffn_up"), h.width(), inner, inner);
    return new Gated(activation, parts[0], parts[1], linear("ffn_down", h.width(), inner));
  }

  /** The feed-forward part with {@code ffn_up} and {@code ffn_down} alone. */
  public Plain plain(Activation activation) {
    int inner = h.feedForward(layer);
    return new Plain(
        activation, linear("ffn_up", inner, h.width()), linear("ffn_down", h.width(), inner));
  }

  /** {@link #experts} where the file has them, else {@link #gated}. */
  public FeedForward expertsOrGated(Activation activation) {
    return h.integer("expert_count", 0) > 0 ? experts(activation) : gated(activation);
  }

  /**
   * A mixture of experts: {@code ffn_gate_inp} chooses among the slices of {@code ffn_gate_exps},
   * {@code ffn_up_exps} and {@code ffn_down_exps}; some files have no gate.
   */
  public Experts experts(Activation activation) {
    int inner =
        h.has("expert_feed_forward_length")
            ? h.count("expert_feed_forward_length", 1 << 22)
            : h.feedForward(layer);
    int n = h.count("expert_count", MOST_EXPERTS);
    Linear router = linear("ffn_gate_inp", n, h.width());
    Linear[] up = source.slices(name("ffn_up_exps"), inner, h.width(), n);
    Linear[] down = source.slices(name("ffn_down_exps"), h.width(), inner, n);
    List<Dense> experts = new ArrayList<>();
    if (has("ffn_gate_exps.weight")) {
      Linear[] gate = source.slices(name("ffn_gate_exps"), inner, h.width(), n);
      for (int e = 0; e < n; e++) {
        experts.add(new Gated(activation, gate[e], up[e], down[e]));
      }
    } else {
      for (int e = 0; e < n; e++) {
        experts.add(new Plain(activation, up[e], down[e]));
      }
    }
    return new Experts(router, experts, h.count("expert_used_count", n));
  }
}
