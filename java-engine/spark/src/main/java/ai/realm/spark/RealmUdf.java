package ai.realm.spark;

import ai.realm.error.EngineException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Functions of a text, for columns and for SQL. The result for null is null. A task asks for one
 * row after another: only the tasks of an executor work beside each other, so that many rows are
 * faster with {@link RealmDataset}. The same options and text give the same result.
 */
public final class RealmUdf {
  private RealmUdf() {}

  /** Gives the text that continues a prompt, a string. */
  public static UserDefinedFunction generate(RealmOptions options) {
    return functions.udf(new RowFunction<>(options, TextMaker::of), DataTypes.StringType);
  }

  /** Gives a text's vector, an array of floats. */
  public static UserDefinedFunction embed(RealmOptions options) {
    return functions.udf(new RowFunction<>(options, VectorMaker::of), vectors());
  }

  /** Gives SQL the functions {@code realm_generate(prompt)} and {@code realm_embed(text)}. */
  public static void register(SparkSession spark, RealmOptions options) {
    spark.udf().register("realm_generate", generate(options));
    spark.udf().register("realm_embed", embed(options));
  }

  /** The type of vectors. */
  static DataType vectors() {
    return DataTypes.createArrayType(DataTypes.FloatType, /* containsNull= */ false);
  }

  private static final class RowFunction<T> implements UDF1<String, T> {
    private static final long serialVersionUID = 1L;

    private final RealmOptions options;
    private final RowMaker.Source<T> source;
    private transient volatile RowMaker<T> maker;

    RowFunction(RealmOptions options, RowMaker.Source<T> source) {
      this.options = options;
      this.source = source;
    }

    @Override
    public T call(String text) {
      if (text == null) {
        return null;
      }
      if (maker == null) {
        maker = source.apply(options);
      }
      try {
        return PendingRow.outcome(() -> maker.start(text)).await();
      } catch (EngineException failure) {
        if (options.onError().forgives(failure.code())) {
          return null;
        }
        throw failure;
      }
    }
  }
}
