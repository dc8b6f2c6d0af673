package ai.realm.model.arch;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Norm;
import ai.realm.model.net.Positions;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/** Hunyuan, dense (Tencent 2025): llama whose heads are normed behind RoPE. */
final class HunyuanDense implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.HALVES);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      AttentionShape shape = h.attention(l);
      Norm.Rms qNorm = b.rms("attn_q_norm", shape.headDim());
      Norm.Rms kNorm = b.rms("attn_k_norm", shape.headDim());
      blocks.add(
          new Block.PreNorm(
              b.rms("attn_norm"),
              b.attention(shape, new Positions.ThenNorm(rope, qNorm, kNorm)),
              b.rms("ffn_norm"),
              b.gated(Activation.SILU)));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }
}
