package ai.realm.kernels;

/**
 * A weight matrix {@code (rows, columns)} in the form that one provider's kernels read. Work on it
 * is divided into units of {@link #UNIT} rows.
 */
public interface Matrix {
  /** Rows of one unit of work; the last unit may have fewer. */
  int UNIT = 32;

  /** Output features. */
  int rows();

  /** Input features. */
  int columns();

  /** Units of work: {@code ceil(rows / UNIT)}. */
  default int units() {
    return (rows() + UNIT - 1) / UNIT;
  }

  /** Bytes of storage that the matrix holds beside the file; 0 if it reads the file's own. */
  long bytes();
}
