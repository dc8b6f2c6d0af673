package ai.realm.kernels.packed;

import ai.realm.kernels.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A matrix in a repacked layout, in storage beside the file. */
public final class PackedMatrix implements Matrix {
  private final Layout layout;
  private final int rows;
  private final int columns;
  private final MemorySegment data;

  PackedMatrix(Layout layout, int rows, int columns, Arena arena) {
    this.layout = layout;
    this.rows = rows;
    this.columns = columns;
    this.data = arena.allocate(bytes(layout, rows, columns), 64);
  }

  /** Bytes of a matrix of this shape. */
  static long bytes(Layout layout, long rows, long columns) {
    long groups = (rows + Layout.ROW_GROUP - 1) / Layout.ROW_GROUP;
    // A whole number of units, so that a kernel may take two groups at a time.
    return (groups + (groups & 1)) * (columns / layout.blockColumns() * layout.blockBytes());
  }

  /** How the words lie. */
  public Layout layout() {
    return layout;
  }

  /** The words: group after group. */
  public MemorySegment data() {
    return data;
  }

  /** Bytes of one group of 16 rows. */
  public long groupBytes() {
    long blocks = columns / layout.blockColumns();
    return blocks * layout.blockBytes();
  }

  /** The words of group {@code index}. */
  MemorySegment group(int index) {
    return data.asSlice(index * groupBytes(), groupBytes());
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public long bytes() {
    return data.byteSize();
  }
}
