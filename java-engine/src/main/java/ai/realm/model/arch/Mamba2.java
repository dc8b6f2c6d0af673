package ai.realm.model.arch;

import ai.realm.model.net.Block;
import ai.realm.model.net.Network;
import java.util.ArrayList;
import java.util.List;

/** Mamba-2 (Dao and Gu 2024): layers without attention and without feed-forward parts. */
final class Mamba2 implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    List<Block> blocks = new ArrayList<>();
    for (int l = 0; l < h.layers(); l++) {
      LayerSource b = w.layer(l);
      blocks.add(new Block.MixerAlone(b.rms("attn_norm"), b.mamba2()));
    }
    return new Network.Decoder(w.embedding(1), blocks, w.output(w.rms("output_norm")));
  }
}
