package ai.realm.model.cache;

import ai.realm.kernels.KvLayer;

/** Which positions each layer of a sequence holds: from what its window has kept to its end. */
final class LayerSpans {
  private final CacheShape shape;

  /** Positions that each layer has taken in. */
  private final int[] held;

  /** The first position that each layer still keeps. */
  private final int[] kept;

  LayerSpans(CacheShape shape) {
    this.shape = shape;
    this.held = new int[shape.layers()];
    this.kept = new int[shape.layers()];
  }

  /** The same spans. */
  LayerSpans(LayerSpans other) {
    this.shape = other.shape;
    this.held = other.held.clone();
    this.kept = other.kept.clone();
  }

  int held(int layer) {
    return held[layer];
  }

  void hold(int layer, int length) {
    held[layer] = length;
    if (length == 0) {
      kept[layer] = 0;
    }
  }

  void holdAll(int length) {
    for (int layer = 0; layer < held.length; layer++) {
      hold(layer, length);
    }
  }

  /** No layer holds more than that. */
  void cut(int length) {
    for (int layer = 0; layer < held.length; layer++) {
      hold(layer, Math.min(held[layer], length));
    }
  }

  /** What all layers hold. */
  int length() {
    int length = held[0];
    for (int each : held) {
      length = Math.min(length, each);
    }
    return length;
  }

  /** What the layers of a kind of pages hold, of {@code most}. */
  int length(int kind, int most) {
    int length = most;
    for (int layer = 0; layer < held.length; layer++) {
      if (isOf(layer, kind)) {
        length = Math.min(length, held[layer]);
      }
    }
    return length;
  }

  /** Whether some recurrent layer holds exactly so many: its state behind them is needed. */
  boolean stateEndsAt(int length) {
    for (int layer = 0; layer < held.length; layer++) {
      if (shape.isRecurrent(layer) && held[layer] == length) {
        return true;
      }
    }
    return false;
  }

  /** The layers of a group have nothing before a page. */
  void keepFrom(int group, int page) {
    for (int layer = 0; layer < held.length; layer++) {
      if (isOf(layer, group)) {
        kept[layer] = Math.max(kept[layer], page * KvLayer.PAGE);
      }
    }
  }

  /** The least length, but for 0, to which a layer can be cut: what its window saw is gone. */
  int earliest(int layer) {
    return kept[layer] == 0 ? 0 : kept[layer] + shape.behind(layer);
  }

  /** The same of all layers. */
  int earliest() {
    int earliest = 0;
    for (int layer = 0; layer < held.length; layer++) {
      earliest = Math.max(earliest, earliest(layer));
    }
    return earliest;
  }

  private boolean isOf(int layer, int kind) {
    return shape.place(layer) != null && shape.place(layer).kind() == kind;
  }
}
