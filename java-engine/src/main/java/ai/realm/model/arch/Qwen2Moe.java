package ai.realm.model.arch;

import ai.realm.model.net.Block;
import ai.realm.model.net.FeedForward.Activation;
import ai.realm.model.net.FeedForward.WithGatedShared;
import ai.realm.model.net.Network;
import ai.realm.model.net.Rope;
import ai.realm.model.net.Rope.Pairing;
import ai.realm.model.net.Routing;
import ai.realm.model.net.Routing.Choice;
import ai.realm.model.net.Routing.Scores;
import java.util.ArrayList;
import java.util.List;

/**
 * Qwen 1.5 and 2 as mixtures (Yang et al. 2024): Qwen 2 with experts, whose weights do not add up
 * to 1, and one that every token takes some of.
 */
final class Qwen2Moe implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    Rope rope = RopeKeys.read(h, w, Pairing.HALVES);
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      Routing routing =
          new Routing(
              Scores.SOFTMAX, new Choice.Best(), b.usedExperts(), /* normalized= */ false, 1);
      blocks.add(
          new Block.PreNorm(
              b.rms("attn_norm"),
              b.attention(h.attention(l), rope),
              b.rms("ffn_norm"),
              new WithGatedShared(
                  b.sharedExpertGate(),
                  b.sharedExpert(Activation.SILU),
                  b.experts(Activation.SILU, routing))));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }
}
