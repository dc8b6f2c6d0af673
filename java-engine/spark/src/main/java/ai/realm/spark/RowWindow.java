package ai.realm.spark;

import ai.realm.error.EngineException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The rows of a partition with what is made of them, in their order. While one is waited for, those
 * behind it run already.
 */
final class RowWindow<T> implements Iterator<Row> {
  /**
   * A row on its way.
   *
   * @param pending empty where its text is null
   */
  private record Begun<T>(Row row, Optional<PendingRow<T>> pending) {}

  private final Iterator<Row> rows;
  private final int column;
  private final RealmOptions options;
  private final RowMaker<T> maker;

  /** Other threads cancel what is in it. */
  private final ConcurrentLinkedDeque<Begun<T>> begun = new ConcurrentLinkedDeque<>();

  private int size;
  private volatile boolean cancelled;

  /**
   * Begins with none.
   *
   * @param column that of their text
   */
  RowWindow(Iterator<Row> rows, int column, RealmOptions options, RowMaker<T> maker) {
    this.rows = rows;
    this.column = column;
    this.options = options;
    this.maker = maker;
  }

  @Override
  public boolean hasNext() {
    while (size < options.window() && rows.hasNext()) {
      begun.add(begin(rows.next()));
      size++;
      if (cancelled) {
        cancel(); // It came too late for that.
      }
    }
    return size > 0;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    // It stays in the window until it has ended: a cancel reaches it there.
    Begun<T> first = begun.getFirst();
    Row done = ended(first);
    begun.removeFirst();
    size--;
    return done;
  }

  /** Stops all that runs, from any thread. */
  void cancel() {
    cancelled = true;
    begun.forEach(each -> each.pending().ifPresent(PendingRow::cancel));
  }

  private Begun<T> begin(Row row) {
    String text = row.getString(column);
    if (text == null) {
      return new Begun<>(row, Optional.empty());
    }
    try {
      return new Begun<>(row, Optional.of(maker.start(text)));
    } catch (EngineException refusal) {
      return new Begun<>(row, Optional.of(PendingRow.refused(refusal)));
    }
  }

  private Row ended(Begun<T> row) {
    if (row.pending().isEmpty()) {
      return with(row.row(), null, null);
    }
    try {
      return with(row.row(), row.pending().get().await(), null);
    } catch (EngineException failure) {
      if (options.onError().forgives(failure.code())) {
        return with(row.row(), null, failure.getMessage());
      }
      throw failure;
    }
  }

  private Row with(Row row, Object result, String error) {
    int length = row.length();
    Object[] values = new Object[length + (options.onError() == OnError.NULL ? 2 : 1)];
    Arrays.setAll(values, i -> i < length ? row.get(i) : i == length ? result : error);
    return RowFactory.create(values);
  }
}
