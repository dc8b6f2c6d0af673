package ai.realm.model.net;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import ai.realm.quant.BlockFormat;

/**
 * {@code token_embd.weight}: a row for each token, dequantized from the file's own blocks when it
 * is asked for.
 */
public final class EmbeddingTable {
  private final TensorInfo tensor;
  private final BlockFormat format;
  private final long rowBytes;

  /** The table in {@code tensor}, {@code (n_vocab, width)}. */
  public EmbeddingTable(TensorInfo tensor) {
    TensorType type = tensor.type();
    this.tensor = tensor;
    this.format = BlockFormat.of(type);
    this.rowBytes = tensor.columns() / type.blockSize() * type.blockBytes();
  }

  /** Rows: the size of the vocabulary. */
  public int rows() {
    return Math.toIntExact(tensor.rows());
  }

  /** Values of a row. */
  public int width() {
    return (int) tensor.columns();
  }

  /** Writes the row of {@code token} to {@code out} from {@code at}. */
  public void row(int token, float[] out, int at) {
    format.dequantize(tensor.data(), token * rowBytes, out, at, (int) tensor.columns());
  }
}
