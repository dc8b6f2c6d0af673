package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.TextEncoder;
import ai.realm.model.net.Pooling;
import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Vectors of texts. */
public final class Embedding extends PooledTexts {
  private final EmbeddingOptions options;
  private final EmbeddingListener listener;
  private final List<float[]> embeddings = new ArrayList<>();

  /**
   * Checks all that was asked for.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, {@code CONTEXT_OVERFLOW} or {@code
   *     UNSUPPORTED_OPERATION}; then the lease still is the caller's
   */
  Embedding(
      ModelLease lease,
      List<String> texts,
      EmbeddingOptions options,
      Claim claim,
      EmbeddingListener listener) {
    super(lease, claim, options.pooling().orElseGet(lease.model().encoder()::pooling));
    TextEncoder encoder = model().encoder();
    this.options = options;
    this.listener = listener;
    int width = pooling() == Pooling.NONE ? encoder.width() : encoder.embeddingWidth();
    options.checkDimensions(width);
    for (int i = 0; i < texts.size(); i++) {
      add(ids(texts.get(i), i));
    }
  }

  /** The ids of a text with those around it, not more than fit the context. */
  private int[] ids(String text, int index) {
    Tokenizer tokenizer = model().tokenizer();
    int[] ids = tokenizer.encode(text, new SpecialTokens.None(), true);
    int most = model().contextLength();
    if (ids.length == 0) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          ("texts[%d] is empty, and the model's file puts no token around a text; expected at least"
                  + " one token: leave the text out")
              .formatted(index));
    }
    if (ids.length <= most) {
      return ids;
    }
    if (!options.truncate()) {
      throw new EngineException(
          ErrorCode.CONTEXT_OVERFLOW,
          ("texts[%d] has %d tokens; the context holds %d: split the text, have it cut (truncate),"
                  + " or load the model with a larger contextLength (it was trained for %d)")
              .formatted(index, ids.length, most, model().trainedContext()));
    }
    int closing = Math.min(tokenizer.closing(), most);
    int[] cut = Arrays.copyOf(ids, most);
    System.arraycopy(ids, ids.length - closing, cut, most - closing, closing);
    return cut;
  }

  @Override
  void pooled(float[] state) {
    embeddings.add(vector(state));
  }

  /** The embedding that becomes of a pooled state, or the rows that become of several. */
  private float[] vector(float[] pooled) {
    TextEncoder encoder = model().encoder();
    float[] whole = pooling() == Pooling.NONE ? pooled : encoder.project(pooled);
    int width = pooling() == Pooling.NONE ? encoder.width() : whole.length;
    int kept = options.dimensions().orElse(width);
    int rows = whole.length / width;
    float[] vector = new float[rows * kept];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(whole, row * width, vector, row * kept, kept);
      if (options.normalize()) {
        normalize(vector, row * kept, kept);
      }
    }
    return vector;
  }

  /** {@code x / |x|}; zeros stay zeros. */
  private static void normalize(float[] x, int at, int n) {
    double squares = 0;
    for (int i = at; i < at + n; i++) {
      squares += (double) x[i] * x[i];
    }
    double by = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (int i = at; i < at + n; i++) {
      x[i] = (float) (x[i] * by);
    }
  }

  @Override
  void reportResult() {
    listener.finished(embeddings, tokens());
  }

  @Override
  void reportAborted() {
    listener.aborted();
  }

  @Override
  void reportFailure(Throwable failure) {
    listener.failed(failure);
  }
}
