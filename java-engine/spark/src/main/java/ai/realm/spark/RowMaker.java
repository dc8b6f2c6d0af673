package ai.realm.spark;

import java.io.Serializable;
import java.util.function.Function;

/** Has a model of this executor make something of the texts of rows. */
interface RowMaker<T> {

  /**
   * Begins with a text.
   *
   * @throws ai.realm.error.EngineException if it is refused
   */
  PendingRow<T> start(String text);

  /** Finds the maker in an executor: this is what Spark sends there. */
  interface Source<T> extends Function<RealmOptions, RowMaker<T>>, Serializable {}
}
