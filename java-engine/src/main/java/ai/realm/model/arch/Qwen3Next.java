package ai.realm.model.arch;

import ai.realm.model.net.Mixer.DeltaNet;
import ai.realm.model.net.Network;
import java.util.stream.IntStream;

/**
 * Qwen3-Next (Qwen Team 2025): as {@link Qwen35}, but the heads of values that share one of keys
 * are neighbours, and {@code ssm_ba} holds the rates of each such group together.
 */
final class Qwen3Next implements Architecture {
  @Override
  public Network network(Hyperparameters h, WeightSource w) {
    int heads = h.count("ssm.time_step_rank", 1 << 16);
    int keys = h.count("ssm.group_count", heads);
    int[] keyHeads = IntStream.range(0, heads).map(head -> head / (heads / keys)).toArray();
    return Qwen35.network(
        h,
        w,
        b ->
            Qwen35.deltaNet(
                h, b, new DeltaNet.ByKeyHead(b.linear("ssm_ba", 2 * heads, h.width())), keyHeads));
  }
}
