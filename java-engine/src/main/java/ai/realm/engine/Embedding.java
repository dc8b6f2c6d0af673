package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.Batch;
import ai.realm.model.TextEncoder;
import ai.realm.model.cache.Sequence;
import ai.realm.model.net.Pooling;
import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.Tokenizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Vectors of texts. The tokens of as many texts as a step may take go through the model together;
 * those of one text are computed as if it were alone.
 */
public final class Embedding extends Work {
  /** A text on its way: {@code done} of its tokens have been through the model. */
  private static final class Text {
    private final int[] ids;
    private Pool pool;
    private Sequence sequence;
    private int done;

    private Text(int[] ids, Pool pool) {
      this.ids = ids;
      this.pool = pool;
    }

    private int left() {
      return ids.length - done;
    }
  }

  /** The rows of a text in a step. */
  private record Part(Text text, int count) {}

  private final EmbeddingOptions options;
  private final Pooling pooling;
  private final EmbeddingListener listener;
  private final ArrayDeque<Text> waiting = new ArrayDeque<>();
  private final List<float[]> embeddings = new ArrayList<>();

  /** Open sequences that no text is in; as few as the texts of a step. */
  private final ArrayDeque<Sequence> spare = new ArrayDeque<>();

  private int tokens;
  private int longest;

  /** What is in the step that was filled, and its first row among the states. */
  private final List<Part> filled = new ArrayList<>();

  private int row;

  /** A text's rows that it had no pages for. */
  private Part refused;

  /**
   * Checks all that was asked for.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, {@code CONTEXT_OVERFLOW} or {@code
   *     UNSUPPORTED_OPERATION}; then the lease still is the caller's
   */
  Embedding(
      ModelLease lease, List<String> texts, EmbeddingOptions options, EmbeddingListener listener) {
    super(lease, Claim.APP);
    TextEncoder encoder = model().encoder();
    this.options = options;
    this.pooling = options.pooling().orElseGet(encoder::pooling);
    this.listener = listener;
    int width = pooling == Pooling.NONE ? encoder.width() : encoder.embeddingWidth();
    options
        .dimensions()
        .ifPresent(dimensions -> {
          if (dimensions < 1 || dimensions > width) {
            throw new EngineException(
                ErrorCode.INVALID_ARGUMENT,
                "dimensions is %d; the model's vectors have %d values: give 1 to that"
                    .formatted(dimensions, width));
          }
        });
    for (String text : texts) {
      int[] ids = ids(text, waiting.size());
      tokens = Math.addExact(tokens, ids.length);
      longest = Math.max(longest, ids.length);
      waiting.add(new Text(ids, pool(ids.length)));
    }
  }

  private Pool pool(int count) {
    return Pool.of(pooling, count, model().encoder().width());
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
  boolean isPrefill() {
    return true;
  }

  @Override
  int fill(Batch step, int room) {
    boolean whole = model().encoder().takesWholeTexts();
    int rows = 0;
    filled.clear();
    row = step.states();
    for (Text text : waiting) {
      int left = room - rows;
      int count = whole ? text.left() : Math.min(text.left(), left);
      if (left <= 0 || count > left && step.rows() > 0) {
        break;
      }
      if (text.sequence == null) {
        text.sequence = spare.isEmpty() ? model().encoder().newSequence(longest) : spare.remove();
      }
      if (!text.sequence.tryReserve(text.done, count)) {
        refused = new Part(text, count);
        return rows == 0 ? NO_PAGES : rows;
      }
      step.embedded(text.sequence, text.ids, text.done, count);
      filled.add(new Part(text, count));
      rows += count;
    }
    return rows;
  }

  @Override
  boolean holdsPages() {
    return waiting.stream().anyMatch(text -> text.sequence != null && text.sequence.bytes() > 0);
  }

  @Override
  void givePagesBack() {
    for (Text text : waiting) {
      if (text.sequence != null) {
        text.sequence.rollBack(0);
        text.done = 0;
        text.pool = pool(text.ids.length);
      }
    }
  }

  @Override
  void demandPages() {
    refused.text().sequence.reserve(refused.text().done, refused.count());
  }

  @Override
  void digest(Batch step, float[] results) {
    TextEncoder encoder = model().encoder();
    int at = step.logits() * encoder.vocabularySize() + row * encoder.width();
    for (Part part : filled) {
      for (int t = 0; t < part.count(); t++) {
        part.text().pool.add(results, at);
        at += encoder.width();
      }
    }
  }

  @Override
  boolean advance() {
    for (Part part : filled) {
      Text text = part.text();
      text.done += part.count();
      if (text.left() == 0) {
        waiting.remove();
        embeddings.add(vector(text.pool.result()));
        text.sequence.truncate(0);
        spare.add(text.sequence);
        text.sequence = null;
      }
    }
    return waiting.isEmpty();
  }

  /** The embedding that becomes of a pooled state, or the rows that become of several. */
  private float[] vector(float[] pooled) {
    TextEncoder encoder = model().encoder();
    float[] whole = pooling == Pooling.NONE ? pooled : encoder.project(pooled);
    int width = pooling == Pooling.NONE ? encoder.width() : whole.length;
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
  void release() {
    spare.forEach(Sequence::close);
    for (Text text : waiting) {
      if (text.sequence != null) {
        text.sequence.close();
      }
    }
  }

  @Override
  void reportResult() {
    listener.finished(embeddings, tokens);
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
