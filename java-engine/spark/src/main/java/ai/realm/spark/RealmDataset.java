package ai.realm.spark;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskInterruptListener;

/**
 * Rows with what a model makes of their texts. The rows of a partition go through the model
 * together, as many as {@link RealmOptions#window} says, and come in their order.
 */
public final class RealmDataset {
  private RealmDataset() {}

  /**
   * Adds a column of texts.
   *
   * @param rows stay as they are
   * @param prompt the column of strings that the texts continue; null gives null
   * @param as the new column's name. With {@link OnError#NULL} another one, {@code <as>_error},
   *     tells why a result is null, as {@code CODE: message}
   * @throws EngineException {@code INVALID_ARGUMENT} for a column that is not there, is of another
   *     type, or is there already
   */
  public static Dataset<Row> generate(
      Dataset<Row> rows, String prompt, String as, RealmOptions options) {
    return made(rows, prompt, as, DataTypes.StringType, options, TextMaker::of);
  }

  /** Adds a column of vectors, arrays of floats; else as {@link #generate}. */
  public static Dataset<Row> embed(
      Dataset<Row> rows, String text, String as, RealmOptions options) {
    return made(rows, text, as, RealmUdf.vectors(), options, VectorMaker::of);
  }

  private static <T> Dataset<Row> made(
      Dataset<Row> rows,
      String column,
      String as,
      DataType type,
      RealmOptions options,
      RowMaker.Source<T> source) {
    int index = index(rows.schema(), column);
    StructType schema = with(rows.schema(), as, type);
    if (options.onError() == OnError.NULL) {
      schema = with(schema, as + "_error", DataTypes.StringType);
    }
    return rows.mapPartitions(new Partition<>(index, options, source), Encoders.row(schema));
  }

  private static int index(StructType schema, String column) {
    int index = Arrays.asList(schema.fieldNames()).indexOf(column);
    if (index < 0) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "there is no column %s; the columns are %s"
              .formatted(column, String.join(", ", schema.fieldNames())));
    }
    DataType type = schema.fields()[index].dataType();
    if (!type.equals(DataTypes.StringType)) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "the column %s is of the type %s; it must be of strings"
              .formatted(column, type.simpleString()));
    }
    return index;
  }

  private static StructType with(StructType schema, String name, DataType type) {
    for (StructField field : schema.fields()) {
      if (field.name().equalsIgnoreCase(name)) {
        throw new EngineException(
            ErrorCode.INVALID_ARGUMENT,
            "there is a column %s already; give the new one another name".formatted(field.name()));
      }
    }
    return schema.add(name, type, /* nullable= */ true);
  }

  private record Partition<T>(int column, RealmOptions options, RowMaker.Source<T> source)
      implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      RowWindow<T> window = new RowWindow<>(rows, column, options, source.apply(options));
      TaskCompletionListener ended = _ -> window.cancel();
      TaskInterruptListener interrupted = (_, _) -> window.cancel();
      TaskContext.get().addTaskCompletionListener(ended).addTaskInterruptListener(interrupted);
      return window;
    }
  }
}
