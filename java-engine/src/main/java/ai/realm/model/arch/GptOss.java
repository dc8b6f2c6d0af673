package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.Network;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * gpt-oss (OpenAI 2025): mixtures whose gates are clamped, attention with sinks, and a window in
 * every other layer, the first among them.
 */
final class GptOss implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    int window = h.count("attention.sliding_window", 1 << 30);
    Rope rope = RopeKeys.read(h, w, Pairing.HALVES);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape all = h.attention(l);
      AttentionShape shape = all.sinks(b.vector("attn_sinks.weight", all.heads()));
      blocks.add(
          new Block.PreNorm(
              b.rms("attn_norm"),
              b.attention(l % 2 == 0 ? shape.window(window) : shape, rope),
              b.rms("post_attention_norm"),
              b.clampedExperts()));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }
}
