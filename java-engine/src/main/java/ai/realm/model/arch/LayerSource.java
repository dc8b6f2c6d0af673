package ai.realm.model.arch;

import ai.realm.gguf.TensorInfo;
import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.Convolution;
import ai.realm.model.net.EmbeddingTable;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.FeedForward.ClampedGated;
import ai.realm.model.net.FeedForward.Dense;
import ai.realm.model.net.FeedForward.Experts;
import ai.realm.model.net.FeedForward.Gated;
import ai.realm.model.net.FeedForward.GatedUnit;
import ai.realm.model.net.FeedForward.Plain;
import ai.realm.model.net.FeedForward.Weighed;
import ai.realm.model.net.Linear;
import ai.realm.model.net.Mixer.Mamba2;
import ai.realm.model.net.Mixer.NormedAttention;
import ai.realm.model.net.Mixer.SelfAttention;
import ai.realm.model.net.Mixer.SharedAttention;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Positions;
import ai.realm.model.net.Routing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
  public Norm.Rms rms(String part, int n) {
    return source.rms(name(part), n);
  }

  /** The layer norm {@code blk.N.<part>} of a whole row of the stream. */
  public Norm layerNorm(String part) {
    return source.layerNorm(name(part), h.width());
  }

  /** The same of {@code n} values. */
  public Norm layerNorm(String part, int n) {
    return source.layerNorm(name(part), n);
  }

  /** An RMS norm of a whole row with the weight {@code blk.N.<tensor>} times a factor. */
  public Norm scaledNorm(String tensor, double by) {
    float[] weight = vector(tensor, h.width());
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) (weight[i] * by);
    }
    return new Norm.Rms(weight, h.rmsEpsilon());
  }

  /** The vector {@code blk.N.<tensor>} of {@code n} values. */
  public float[] vector(String tensor, int n) {
    return source.vector(name(tensor), n);
  }

  /** The embeddings {@code blk.N.<part>} of so many tokens. */
  Network.Embedding embedding(String part, int vocabulary) {
    TensorInfo table = source.tensor(name(part + ".weight"), h.width(), vocabulary);
    return new Network.Embedding(new EmbeddingTable(table), /* scale= */ 1);
  }

  /** The linear layer {@code blk.N.<part>}. */
  public Linear linear(String part, int out, int in) {
    return source.linear(name(part), out, in);
  }

  /** {@link WeightSource#slices} of {@code blk.N.<part>}. */
  public Linear[] slices(String part, int out, int in, int n) {
    return source.slices(name(part), out, in, n);
  }

  /** {@link WeightSource#every} of {@code blk.N.<part>}. */
  public Linear[] every(String part, int first, int out, int in, int n, int apart) {
    return source.every(name(part), first, out, in, n, apart);
  }

  /** {@link WeightSource#transposes} of {@code blk.N.<part>}. */
  public Linear[] transposes(String part, int out, int in, int n, int apart) {
    return source.transposes(name(part), out, in, n, apart);
  }

  /** The convolution {@code blk.N.<part>}, with a bias where the file has one. */
  public Convolution convolution(String part, int taps, int channels) {
    float[] byChannel = source.values(name(part + ".weight"), taps, channels);
    float[] weights = new float[byChannel.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = byChannel[i % channels * taps + i / channels];
    }
    boolean hasBias = has(part + ".bias");
    float[] bias = hasBias ? vector(part + ".bias", channels) : new float[channels];
    return new Convolution(weights, bias);
  }

  /** Mamba-2 with {@code ssm_in}, {@code ssm_conv1d} and so on, as the keys {@code ssm.*} say. */
  public Mamba2 mamba2() {
    int inner = h.count("ssm.inner_size", 1 << 22);
    int state = h.count("ssm.state_size", 1 << 16);
    int heads = h.count("ssm.time_step_rank", 1 << 16);
    int groups = h.count("ssm.group_count", heads);
    if (inner % heads != 0 || heads % groups != 0) {
      throw h.invalid(
          "ssm.time_step_rank", heads, "a divisor of %d, by %d".formatted(inner, groups));
    }
    int channels = inner + 2 * groups * state;
    int run = inner / groups;
    float[] weights = source.values(name("ssm_norm.weight"), run, groups);
    List<Norm> norms = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      float[] its = Arrays.copyOfRange(weights, g * run, (g + 1) * run);
      norms.add(new Norm.Rms(its, h.rmsEpsilon()));
    }
    return new Mamba2(
        linear("ssm_in", inner + channels + heads, h.width()),
        convolution("ssm_conv1d", h.count("ssm.conv_kernel", 64), channels),
        vector("ssm_dt.bias", heads),
        source.values(name("ssm_a"), 1, heads),
        source.values(name("ssm_d"), 1, heads),
        List.copyOf(norms),
        state,
        linear("ssm_out", h.width(), inner));
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

  /**
   * The same with norms of the heads of queries, keys and values, the latter without a weight;
   * without {@code attn_v} the values are the keys.
   */
  public NormedAttention normedAttention(AttentionShape shape, Positions positions) {
    float[] ones = new float[shape.headDim()];
    Arrays.fill(ones, 1);
    Optional<Linear> v =
        has("attn_v.weight")
            ? Optional.of(linear("attn_v", shape.kvWidth(), h.width()))
            : Optional.empty();
    return new NormedAttention(
        linear("attn_q", shape.queryWidth(), h.width()),
        linear("attn_k", shape.kvWidth(), h.width()),
        v,
        rms("attn_q_norm", shape.headDim()),
        rms("attn_k_norm", shape.headDim()),
        new Norm.Rms(ones, h.rmsEpsilon()),
        positions,
        shape,
        linear("attn_output", h.width(), shape.queryWidth()));
  }

  /**
   * Attention to the keys and values of an earlier layer. Files keep the weights of its own ones,
   * which nothing reads.
   */
  public SharedAttention sharedAttention(int owner, AttentionShape shape, Positions positions) {
    List.of("attn_k.weight", "attn_v.weight", "attn_k_norm.weight").forEach(this::ignore);
    return new SharedAttention(
        owner,
        linear("attn_q", shape.queryWidth(), h.width()),
        rms("attn_q_norm", shape.headDim()),
        positions,
        shape,
        linear("attn_output", h.width(), shape.queryWidth()));
  }

  /** The block, and behind it what the token's input in this layer adds, of {@code size} values. */
  public Block withInput(Block block, int size) {
    return new Block.WithInput(
        block,
        linear("inp_gate", size, h.width()),
        linear("proj", h.width(), size),
        rms("post_norm"));
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
    return h.hasExperts() ? experts(activation) : gated(activation);
  }

  /** {@link #experts(Activation, Routing)}, weighed by the softmax of those that are chosen. */
  public Experts experts(Activation activation) {
    return experts(activation, Routing.softmaxOfBest(usedExperts()));
  }

  /**
   * A mixture of experts: {@code ffn_gate_inp} chooses among the slices of {@code ffn_gate_exps},
   * {@code ffn_up_exps} and {@code ffn_down_exps}; some files have no gate.
   */
  public Experts experts(Activation activation, Routing routing) {
    return experts(activation, routing, Weighed.RESULTS);
  }

  /** The same whose weights multiply something else. */
  public Experts experts(Activation activation, Routing routing, Weighed weighed) {
    return has("ffn_gate_exps.weight")
        ? gatedExperts((gate, up, down) -> new Gated(activation, gate, up, down), routing, weighed)
        : plainExperts(activation, routing, weighed);
  }

  /** The same whose experts are {@link ClampedGated}. */
  public Experts clampedExperts() {
    Routing routing = Routing.softmaxOfBest(usedExperts());
    return gatedExperts(ClampedGated::new, routing, Weighed.RESULTS);
  }

  /** Puts an expert together. */
  private interface Unit {
    GatedUnit of(Linear gate, Linear up, Linear down);
  }

  private Experts gatedExperts(Unit unit, Routing routing, Weighed weighed) {
    Linear[] gate = expertsInto("ffn_gate_exps");
    Linear[] up = expertsInto("ffn_up_exps");
    Linear[] down = expertsOutOf("ffn_down_exps");
    return experts(
        routing,
        weighed,
        IntStream.range(0, up.length).mapToObj(e -> unit.of(gate[e], up[e], down[e])));
  }

  /** The same where {@code ffn_gate_up_exps} holds the rows of the gate, then those of up. */
  public Experts fusedExperts(Activation activation) {
    int inner = expertInner();
    int n = expertCount();
    Linear[][] gateUp = source.sliceParts(name("ffn_gate_up_exps"), h.width(), n, inner, inner);
    Linear[] down = expertsOutOf("ffn_down_exps");
    return experts(
        Routing.softmaxOfBest(usedExperts()),
        Weighed.RESULTS,
        IntStream.range(0, n)
            .mapToObj(e -> new Gated(activation, gateUp[e][0], gateUp[e][1], down[e])));
  }

  private Experts plainExperts(Activation activation, Routing routing, Weighed weighed) {
    Linear[] up = expertsInto("ffn_up_exps");
    Linear[] down = expertsOutOf("ffn_down_exps");
    return experts(
        routing,
        weighed,
        IntStream.range(0, up.length).mapToObj(e -> new Plain(activation, up[e], down[e])));
  }

  private Experts experts(Routing routing, Weighed weighed, Stream<? extends Dense> experts) {
    int n = expertCount();
    Linear router = linear("ffn_gate_inp", n, h.width());
    float[] factors = new float[n];
    Arrays.fill(factors, 1);
    if (has("ffn_down_exps.scale")) {
      factors = vector("ffn_down_exps.scale", n);
    }
    return new Experts(router, routing, weighed, factors, List.copyOf(experts.toList()));
  }

  private Linear[] expertsInto(String part) {
    return source.slices(name(part), expertInner(), h.width(), expertCount());
  }

  private Linear[] expertsOutOf(String part) {
    return source.slices(name(part), h.width(), expertInner(), expertCount());
  }

  private int expertInner() {
    return h.has("expert_feed_forward_length")
        ? h.count("expert_feed_forward_length", 1 << 22)
        : h.feedForward(layer);
  }

  /**
   * The expert of every token: {@code ffn_gate_shexp}, {@code ffn_up_shexp} and {@code
   * ffn_down_shexp}.
   */
  public Gated sharedExpert(Activation activation) {
    String up = name("ffn_up_shexp");
    int inner = (int) Math.min(source.tensorOf(up + ".weight").rows(), Integer.MAX_VALUE);
    return new Gated(
        activation,
        linear("ffn_gate_shexp", inner, h.width()),
        linear("ffn_up_shexp", inner, h.width()),
        linear("ffn_down_shexp", h.width(), inner));
  }

  /** How much of it a token takes: {@code ffn_gate_inp_shexp}. */
  public Linear sharedExpertGate() {
    return source.row(name("ffn_gate_inp_shexp"), h.width());
  }

  /** Experts of a mixture: {@code expert_count}. */
  public int expertCount() {
    return h.count("expert_count", MOST_EXPERTS);
  }

  /** Experts of a token: {@code expert_used_count}. */
  public int usedExperts() {
    return h.count("expert_used_count", expertCount());
  }
}
