package ai.realm.model;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import ai.realm.kernels.Kernels;
import ai.realm.model.cache.Stretch;
import ai.realm.model.net.Convolution;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Causal convolutions along the sequences of a step. The rows of each lie behind those that its
 * state holds: so every row finds those before it, wherever a step begins.
 */
final class Convolutions {
  /** What is convolved. */
  @FunctionalInterface
  interface Input {
    /** Puts the channels of a row to {@code to[at]} and what follows. */
    void copy(int row, float[] to, int at);
  }

  private final Kernels kernels;
  private final Rowwise rowwise;

  /** Of each sequence the {@code taps - 1} rows before, and its own; {@code (.., channels)}. */
  private float[] rows = {};

  Convolutions(Kernels kernels, Rowwise rowwise) {
    this.kernels = kernels;
    this.rowwise = rowwise;
  }

  /** What each sequence of a step computes of a layer's state. */
  static List<List<Stretch>> stretches(int layer, Step step) {
    List<List<Stretch>> stretches = new ArrayList<>(step.parts().size());
    for (Step.Part part : step.parts()) {
      stretches.add(part.sequence().stretches(layer, part.position(), part.count()));
    }
    return stretches;
  }

  /**
   * Takes the rows of a step through a convolution; the states begin with the rows that the next
   * token needs, {@code (taps - 1, channels)}.
   *
   * @param stretches of each part
   * @param y receives {@code (n_rows, channels)}
   */
  void run(Convolution f, Step step, List<List<Stretch>> stretches, Input input, float[] y) {
    int channels = f.channels();
    int before = f.taps() - 1;
    rows = Workspace.resized(rows, step.count() + step.parts().size() * before, channels);
    for (int i = 0; i < stretches.size(); i++) {
      int first = step.parts().get(i).row() + i * before;
      MemorySegment state = stretches.get(i).getFirst().before();
      MemorySegment.copy(state, JAVA_FLOAT, 0, rows, first * channels, f.stateValues());
    }
    rowwise.each(
        step.count(),
        row -> input.copy(row, rows, (row + (step.partOf(row) + 1) * before) * channels));
    rowwise.each(
        step.count(),
        row -> {
          int at = (row + step.partOf(row) * before) * channels;
          kernels.convolve(rows, at, f.weights(), f.bias(), y, row * channels);
        });
    for (int i = 0; i < stretches.size(); i++) {
      for (Stretch stretch : stretches.get(i)) {
        int end = step.parts().get(i).row() + i * before + stretch.row() + stretch.count();
        MemorySegment.copy(rows, end * channels, stretch.after(), JAVA_FLOAT, 0, f.stateValues());
      }
    }
  }
}
