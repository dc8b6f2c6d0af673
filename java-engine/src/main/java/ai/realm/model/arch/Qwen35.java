package ai.realm.model.arch;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.FeedForward.WithGatedShared;
import ai.realm.model.net.Linear;
import ai.realm.model.net.Mixer;
import ai.realm.model.net.Mixer.DeltaNet;
import ai.realm.model.net.Mixer.DeltaNet.Rates;
import ai.realm.model.net.Mixer.GatedAttention;
import ai.realm.model.net.Network;
import ai.realm.model.net.Network.GuessingHead;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Qwen 3.5 (Qwen Team 2026), dense or with mixtures: gated delta nets, and in every fourth layer
 * attention whose heads are gated; and maybe a head that guesses tokens. The sections of {@code
 * rope.dimension_sections} have the same position wherever there is text alone.
 */
final class Qwen35 implements Architecture {
  /** The layers without attention of one file. */
  @FunctionalInterface
  interface DeltaNets {
    DeltaNet of(LayerSource b);
  }

  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    int heads = h.count("ssm.time_step_rank", 1 << 16);
    int keys = h.count("ssm.group_count", heads);
    int[] keyHeads = IntStream.range(0, heads).map(head -> head % keys).toArray();
    return network(
        h,
        w,
        b -> {
          Rates rates =
              new DeltaNet.Apart(
                  b.linear("ssm_beta", heads, h.width()), b.linear("ssm_alpha", heads, h.width()));
          return deltaNet(h, b, rates, keyHeads);
        });
  }

  static Network network(Hyperparameters h, WeightSource w, DeltaNets deltaNets) {
    Rope rope = RopeKeys.read(h, w, Pairing.HALVES);
    int interval = h.count("full_attention_interval", h.layers(), 4);
    int trunk = trunk(h);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < trunk; l++) {
      LayerSource b = w.layer(l);
      boolean attends = (l + 1) % interval == 0;
      blocks.add(block(h, b, attends ? attention(h, b, h.attention(l), rope) : deltaNets.of(b)));
    }
    Network.Embedding embedding = w.embedding(1);
    Network.Output output = w.output(w.rms("output_norm"));
    return new Network.Decoder(
        embedding, blocks, output, head(h, w, trunk, rope, embedding, output));
  }

  /** Layers before the head's, which {@code block_count} counts too. */
  private static int trunk(Hyperparameters h) {
    int heads = h.countOrNone("nextn_predict_layers", h.layers() - 1);
    if (heads > 1) {
      throw new EngineException(
          ErrorCode.UNSUPPORTED_ARCHITECTURE,
          "%s is %d: models of %s with one head that guesses tokens run here, or with none"
              .formatted(h.key("nextn_predict_layers"), heads, h.architecture()));
    }
    return h.layers() - heads;
  }

  /** The head, which files may leave out though they count its layer. */
  private static Optional<GuessingHead> head(
      Hyperparameters h,
      WeightSource w,
      int layer,
      Rope rope,
      Network.Embedding embedding,
      Network.Output output) {
    if (layer == h.layers() || !w.layer(layer).has("nextn.eh_proj.weight")) {
      return Optional.empty();
    }
    LayerSource b = w.layer(layer);
    int vocabulary = output.linear().width();
    Norm norm =
        b.has("nextn.shared_head_norm.weight") ? b.rms("nextn.shared_head_norm") : output.norm();
    Linear linear =
        b.has("nextn.shared_head_head.weight")
            ? b.linear("nextn.shared_head_head", vocabulary, h.width())
            : output.linear();
    return Optional.of(
        new GuessingHead(
            b.has("nextn.embed_tokens.weight")
                ? b.embedding("nextn.embed_tokens", vocabulary)
                : embedding,
            b.rms("nextn.enorm"),
            b.rms("nextn.hnorm"),
            b.linear("nextn.eh_proj", h.width(), 2 * h.width()),
            block(h, b, attention(h, b, h.attention(layer), rope)),
            new Network.Output(norm, linear, output.scale(), output.softcap())));
  }

  private static Block block(Hyperparameters h, LayerSource b, Mixer mixer) {
    return new Block.PreNorm(
        b.rms("attn_norm"), mixer, b.rms("post_attention_norm"), feedForward(h, b));
  }

  private static FeedForward feedForward(Hyperparameters h, LayerSource b) {
    return h.integer("expert_count", 0) > 0
        ? new WithGatedShared(
            b.sharedExpertGate(), b.sharedExpert(Activation.SILU), b.experts(Activation.SILU))
        : b.gated(Activation.SILU);
  }

  private static Mixer attention(
      Hyperparameters h, LayerSource b, AttentionShape shape, Rope rope) {
    return new GatedAttention(
        b.linear("attn_q", 2 * shape.queryWidth(), h.width()),
        b.linear("attn_k", shape.kvWidth(), h.width()),
        b.linear("attn_v", shape.kvWidth(), h.width()),
        b.rms("attn_q_norm", shape.headDim()),
        b.rms("attn_k_norm", shape.headDim()),
        rope,
        shape,
        b.linear("attn_output", h.width(), shape.queryWidth()));
  }

  /** A delta net with {@code attn_qkv}, {@code ssm_conv1d} and so on, as {@code ssm.*} say. */
  static DeltaNet deltaNet(Hyperparameters h, LayerSource b, Rates rates, int[] keyHeads) {
    int heads = keyHeads.length;
    int inner = h.count("ssm.inner_size", 1 << 22);
    int keyDim = h.count("ssm.state_size", 1 << 16);
    int keys = h.count("ssm.group_count", heads);
    if (inner % heads != 0 || heads % keys != 0) {
      throw h.invalid("ssm.time_step_rank", heads, "a divisor of %d, by %d".formatted(inner, keys));
    }
    int channels = 2 * keys * keyDim + inner;
    return new DeltaNet(
        b.linear("attn_qkv", channels, h.width()),
        b.linear("attn_gate", inner, h.width()),
        rates,
        b.convolution("ssm_conv1d", h.count("ssm.conv_kernel", 64), channels),
        b.vector("ssm_dt.bias", heads),
        b.vector("ssm_a", heads),
        keyHeads,
        ofLength(1 / Math.sqrt(keyDim), keyDim, h.rmsEpsilon()),
        ofLength(1, keyDim, h.rmsEpsilon()),
        b.rms("ssm_norm", inner / heads),
        b.linear("ssm_out", h.width(), inner));
  }

  /** {@code length * x / sqrt(sum(x^2) + epsilon)} of {@code n} values, as an RMS norm. */
  private static Norm.Rms ofLength(double length, int n, float epsilon) {
    float[] weight = new float[n];
    Arrays.fill(weight, (float) (length / Math.sqrt(n)));
    return new Norm.Rms(weight, epsilon / n);
  }
}
