package ai.realm.model.arch;

import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.Network;
import ai.realm.model.net.Positions;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import java.util.ArrayList;
import java.util.List;

/**
 * Ministral 3 and others of Mistral's third form: llama with YaRN, and scores that grow with the
 * position.
 */
final class Mistral3 implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    h.refuseExperts();
    Rope rope = RopeKeys.read(h, w, Pairing.PAIRS);
    double scale = h.number("attention.temperature_scale", 0);
    Positions positions =
        scale == 0
            ? rope
            : new Positions.Tempered(rope, (float) scale, 0, (int) RopeKeys.originalContext(h));
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      blocks.add(
          new Block.PreNorm(
              b.rms("attn_norm"),
              b.attention(h.attention(l), positions),
              b.rms("ffn_norm"),
              b.gated(Activation.SILU)));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }
}
