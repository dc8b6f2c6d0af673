package ai.realm.model;

import ai.realm.kernels.Rows;
import ai.realm.model.cache.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows that go through a layer.
 *
 * @param parts them by sequences
 * @param runs them by how they go through products
 * @param count how many
 */
record Step(List<Part> parts, List<Run> runs, int count) {
  /**
   * Rows of one sequence.
   *
   * @param row the first
   * @param count how many
   * @param position of the first in the sequence
   */
  record Part(Sequence sequence, int row, int count, int position) {
    /** Of the sequence with these rows. */
    int length() {
      return position + count;
    }
  }

  /** Neighbours that go through products in the same way. */
  record Run(Rows rows, int row, int count) {}

  /** All rows of a batch. */
  static Step of(Batch batch) {
    Builder all = new Builder();
    for (Batch.Slice slice : batch.slices()) {
      all.add(slice.sequence(), slice.position(), slice.count(), slice.rows());
    }
    return all.step();
  }

  /** Those whose results are wanted. */
  static Step wanted(Batch batch) {
    Builder wanted = new Builder();
    for (Batch.Slice slice : batch.slices()) {
      int position = slice.position() + slice.count() - slice.wanted();
      wanted.add(slice.sequence(), position, slice.wanted(), slice.wantedRows());
    }
    return wanted.step();
  }

  /** All rows, of which those whose results are wanted go on as these do. */
  static Step toTheEnd(Batch batch) {
    Builder all = new Builder();
    for (Batch.Slice slice : batch.slices()) {
      all.add(
          slice.sequence(),
          slice.position(),
          slice.count(),
          slice.rows(),
          slice.count() - slice.wanted(),
          slice.wantedRows());
    }
    return all.step();
  }

  /** None of its rows, with all of its sequences. */
  Step none() {
    Builder none = new Builder();
    for (Part part : parts) {
      none.add(part.sequence(), part.length(), 0, Rows.EACH);
    }
    return none.step();
  }

  /**
   * {@code count} rows of one sequence; one alone is taken for a text's, several for a prompt's.
   */
  static Step of(Sequence sequence, int position, int count) {
    Builder step = new Builder();
    step.add(sequence, position, count, rows(count));
    return step.step();
  }

  /** Rows of no sequence, likewise. */
  static List<Run> runsOf(int count) {
    return List.of(new Run(rows(count), 0, count));
  }

  private static Rows rows(int count) {
    return count == 1 ? Rows.EACH : Rows.TOGETHER;
  }

  /** The runs of the first {@code rows} rows. */
  List<Run> runs(int rows) {
    List<Run> first = new ArrayList<>();
    for (Run run : runs) {
      if (run.row() < rows) {
        first.add(new Run(run.rows(), run.row(), Math.min(run.count(), rows - run.row())));
      }
    }
    return first;
  }

  /** Which part a row is of. */
  int partOf(int row) {
    int i = 0;
    while (row >= parts.get(i).row() + parts.get(i).count()) {
      i++;
    }
    return i;
  }

  /** The position of a row in its sequence. */
  int position(int row) {
    Part part = parts.get(partOf(row));
    return part.position() + row - part.row();
  }

  /** Moves the rows of this step, which are among those of {@code all}, to the start. */
  void keep(Step all, float[] rows, int width) {
    if (count == all.count()) {
      return;
    }
    for (int i = 0; i < parts.size(); i++) {
      Part kept = parts.get(i);
      Part from = all.parts().get(i);
      int first = from.row() + kept.position() - from.position();
      System.arraycopy(rows, first * width, rows, kept.row() * width, kept.count() * width);
    }
  }

  private static final class Builder {
    private final List<Part> parts = new ArrayList<>();
    private final List<Run> runs = new ArrayList<>();
    private int count;

    void add(Sequence sequence, int position, int rows, Rows kind) {
      parts.add(new Part(sequence, /* row= */ count, /* count= */ rows, position));
      run(rows, kind);
    }

    /** The same where those behind the first ones go on in another way. */
    void add(Sequence sequence, int position, int rows, Rows kind, int first, Rows others) {
      parts.add(new Part(sequence, /* row= */ count, /* count= */ rows, position));
      run(first, kind);
      run(rows - first, others);
    }

    private void run(int rows, Rows kind) {
      Run last = runs.isEmpty() ? null : runs.getLast();
      if (rows > 0 && last != null && last.rows() == kind) {
        runs.set(runs.size() - 1, new Run(kind, last.row(), last.count() + rows));
      } else if (rows > 0) {
        runs.add(new Run(kind, /* row= */ count, /* count= */ rows));
      }
      count += rows;
    }

    Step step() {
      return new Step(parts, runs, count);
    }
  }
}
