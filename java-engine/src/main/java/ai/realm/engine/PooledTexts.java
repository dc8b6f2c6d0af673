package ai.realm.engine;

import ai.realm.model.Batch;
import ai.realm.model.TextEncoder;
import ai.realm.model.cache.Sequence;
import ai.realm.model.net.Pooling;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Work on texts of which each becomes one pooled state. The tokens of as many texts as a step may
 * take go through the model together; those of one text are computed as if it were alone.
 */
abstract sealed class PooledTexts extends Work permits Embedding, DocumentRanking {
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

  private final Pooling pooling;
  private final ArrayDeque<Text> waiting = new ArrayDeque<>();

  /** Open sequences that no text is in; as few as the texts of a step. */
  private final ArrayDeque<Sequence> spare = new ArrayDeque<>();

  private int tokens;
  private int longest;

  /** What is in the step that was filled, and its first row among the states. */
  private final List<Part> filled = new ArrayList<>();

  private int row;

  /** A text's rows that it had no pages for. */
  private Part refused;

  PooledTexts(ModelLease lease, Claim claim, Pooling pooling) {
    super(lease, claim);
    this.pooling = pooling;
  }

  /** Takes a text more, before the work is submitted. */
  final void add(int[] ids) {
    tokens = Math.addExact(tokens, ids.length);
    longest = Math.max(longest, ids.length);
    waiting.add(new Text(ids, pool(ids.length)));
  }

  /** What becomes of a text's states. */
  final Pooling pooling() {
    return pooling;
  }

  /** Tokens that all texts have together. */
  final int tokens() {
    return tokens;
  }

  /** Takes the pooled state of the next text, in the order in which they were added. */
  abstract void pooled(float[] state);

  private Pool pool(int count) {
    return Pool.of(pooling, count, model().encoder().width());
  }

  @Override
  final boolean isPrefill() {
    return true;
  }

  @Override
  final int fill(Batch step, int room, Stake stake) {
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
  final boolean holdsPages() {
    return waiting.stream().anyMatch(text -> text.sequence != null && text.sequence.bytes() > 0);
  }

  @Override
  final void givePagesBack() {
    for (Text text : waiting) {
      if (text.sequence != null) {
        text.sequence.rollBack(0);
        text.done = 0;
        text.pool = pool(text.ids.length);
      }
    }
  }

  @Override
  final void demandPages() {
    refused.text().sequence.reserve(refused.text().done, refused.count());
  }

  @Override
  final void digest(Batch step, float[] results) {
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
  final boolean advance() {
    for (Part part : filled) {
      Text text = part.text();
      text.done += part.count();
      if (text.left() == 0) {
        waiting.remove();
        pooled(text.pool.result());
        text.sequence.truncate(0);
        spare.add(text.sequence);
        text.sequence = null;
      }
    }
    return waiting.isEmpty();
  }

  @Override
  final void release() {
    spare.forEach(Sequence::close);
    for (Text text : waiting) {
      if (text.sequence != null) {
        text.sequence.close();
      }
    }
  }
}
