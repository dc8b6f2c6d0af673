package ai.realm.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.GenerateOptions;
import ai.realm.Model;
import ai.realm.engine.Claim;
import ai.realm.engine.EmbeddingListener;
import ai.realm.engine.LoadedModel;
import ai.realm.engine.Places;
import ai.realm.engine.SharedModels;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Overcommit;
import ai.realm.model.cache.CacheOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Rows in executors of their own; the engine alone, outside of Spark, says what they should be. */
class ClusterTest {
  private static final int ROWS = 1000;
  private static final StructType SCHEMA =
      new StructType().add("id", DataTypes.IntegerType).add("prompt", DataTypes.StringType);
  private static final RealmOptions OPTIONS =
      RealmOptions.of(LocalCluster.MODEL)
          .generate("{\"maxTokens\":16,\"temperature\":1.5,\"seed\":7}");

  private static LocalCluster cluster;
  private static SparkSession spark;
  private static Model alone;

  @BeforeAll
  static void start() {
    alone = LocalCluster.loadAlone();
    cluster = LocalCluster.start(Map.of("spark.task.maxFailures", "2"));
    spark = cluster.spark();
  }

  @AfterAll
  static void stop() {
    cluster.close();
    alone.close();
  }

  static String prompt(int id) {
    return "the " + "cat".repeat(id % 4) + id;
  }

  static Dataset<Row> prompts(SparkSession spark, int rows, int partitions) {
    return spark
        .range(0, rows, 1, partitions)
        .selectExpr(
            "CAST(id AS INT) AS id",
            "concat('the ', repeat('cat', CAST(id % 4 AS INT)), id) AS prompt");
  }

  /** What the engine makes of one text at a time. */
  static String textAlone(Model model, String prompt, long seed) {
    GenerateOptions options =
        new GenerateOptions()
            .maxTokens(16)
            .temperature(1.5)
            .special(false)
            .seed(RowSeed.of(seed, prompt));
    return model.generate(prompt, options).text();
  }

  private static Dataset<Row> rows(String... prompts) {
    List<Row> all = new ArrayList<>();
    for (int id = 0; id < prompts.length; id++) {
      all.add(RowFactory.create(id, prompts[id]));
    }
    return spark.createDataFrame(all, SCHEMA).coalesce(1);
  }

  @Test
  void rowsBecomeTheTextsThatTheEngineMakesAlone() {
    List<Row> rows =
        RealmDataset.generate(prompts(spark, ROWS, 8), "prompt", "text", OPTIONS)
            .orderBy("id")
            .collectAsList();
    assertEquals(ROWS, rows.size());
    int right = 0;
    for (int id = 0; id < ROWS; id++) {
      Row row = rows.get(id);
      assertEquals(id, row.getInt(0));
      assertEquals(prompt(id), row.getString(1));
      assertEquals(textAlone(alone, prompt(id), 7), row.getString(2), prompt(id));
      right++;
    }
    long different = rows.stream().map(row -> row.getString(2)).distinct().count();
    assertTrue(different > ROWS / 2, "only " + different + " texts: the seeds are alike");
    System.out.printf("Spark: %d of %d texts are the engine's own%n", right, ROWS);
  }

  @Test
  void sqlGivesTheSameTexts() {
    RealmUdf.register(spark, OPTIONS);
    prompts(spark, 100, 4).createOrReplaceTempView("prompts");
    List<Row> rows =
        spark
            .sql("SELECT id, realm_generate(prompt), realm_generate(null) FROM prompts ORDER BY id")
            .collectAsList();
    assertEquals(100, rows.size());
    for (Row row : rows) {
      assertEquals(textAlone(alone, prompt(row.getInt(0)), 7), row.getString(1));
      assertNull(row.getString(2));
    }
  }

  @Test
  void rowsBecomeTheVectorsThatTheEngineMakesAlone() {
    RealmUdf.register(spark, OPTIONS);
    Dataset<Row> prompts = prompts(spark, 100, 4);
    List<Row> rows =
        RealmDataset.embed(prompts, "prompt", "vector", OPTIONS)
            .withColumn("again", functions.callUDF("realm_embed", functions.col("prompt")))
            .orderBy("id")
            .collectAsList();
    assertEquals(100, rows.size());
    try (LoadedModel model = load()) {
      for (Row row : rows) {
        float[] expected = vector(model, row.getString(1));
        assertTrue(expected.length > 8);
        assertArrayEquals(expected, floats(row.getList(2)));
        assertArrayEquals(expected, floats(row.getList(3)));
      }
    }
  }

  @Test
  void eachExecutorLoadsTheModelOnce() {
    long rows = RealmDataset.generate(prompts(spark, 64, 16), "prompt", "text", OPTIONS).count();
    assertEquals(64, rows);
    Map<String, List<String>> logs = cluster.logs();
    assertEquals(2, logs.size());
    logs.forEach((executor, lines) -> {
      List<String> loads = lines.stream().filter(line -> line.contains("Realm loaded")).toList();
      System.out.printf("Spark: executor %s: %s%n", executor, String.join("; ", loads));
      assertEquals(1, loads.size());
    });
  }

  @Test
  void aRowThatIsRefusedIsNullWhereThatIsAskedFor() {
    Dataset<Row> some = rows("the", "the ".repeat(100), null, "cat");
    List<Row> rows =
        RealmDataset.generate(some, "prompt", "text", OPTIONS.onError(OnError.NULL))
            .collectAsList();
    assertEquals(List.of(0, 1, 2, 3), rows.stream().map(row -> row.getInt(0)).toList());
    assertEquals(textAlone(alone, "the", 7), rows.get(0).getString(2));
    assertNull(rows.get(0).getString(3));
    assertNull(rows.get(1).getString(2));
    assertTrue(rows.get(1).getString(3).startsWith("CONTEXT_OVERFLOW: "), rows.get(1)::toString);
    assertNull(rows.get(2).getString(2));
    assertNull(rows.get(2).getString(3));
    assertEquals(textAlone(alone, "cat", 7), rows.get(3).getString(2));
    List<Row> scalar =
        some.select(RealmUdf.generate(OPTIONS.onError(OnError.NULL)).apply(functions.col("prompt")))
            .collectAsList();
    assertEquals(textAlone(alone, "the", 7), scalar.get(0).getString(0));
    assertNull(scalar.get(1).getString(0));
  }

  @Test
  void whatFailsSaysItsCode() {
    Dataset<Row> some = rows("the", "the ".repeat(100));
    assertFails("CONTEXT_OVERFLOW: ", RealmDataset.generate(some, "prompt", "text", OPTIONS));
    assertFails(
        "CONTEXT_OVERFLOW: ",
        some.select(RealmUdf.generate(OPTIONS).apply(functions.col("prompt"))));
    RealmOptions missing = RealmOptions.of("no-such.gguf").onError(OnError.NULL);
    assertFails("FILE_NOT_FOUND: ", RealmDataset.generate(some, "prompt", "text", missing));
    RealmOptions wide = OPTIONS.onError(OnError.NULL).embed("{\"dimensions\":10000}");
    assertFails("INVALID_ARGUMENT: dim", RealmDataset.embed(some, "prompt", "vector", wide));
  }

  @Test
  void aRowIsDataAndWhatIsAroundItMayHaveSpecialTokens() {
    RealmOptions around = OPTIONS.around("<|user|>", "<|user|>");
    Row row =
        RealmDataset.generate(rows("<|user|>"), "prompt", "text", around)
            .collectAsList()
            .getFirst();
    int[] plain = alone.tokenize("<|user|>");
    int[] special = alone.tokenize("<|user|>", true, false);
    assertEquals(1, special.length);
    assertTrue(plain.length > 1);
    IntStream ids = IntStream.of(1, special[0]);
    int[] prompt =
        IntStream.concat(IntStream.concat(ids, IntStream.of(plain)), IntStream.of(special))
            .toArray();
    GenerateOptions options =
        new GenerateOptions().maxTokens(16).temperature(1.5).seed(RowSeed.of(7, "<|user|>"));
    assertEquals(alone.generate(prompt, options, _ -> {}).text(), row.getString(2));
  }

  @Test
  void refusesColumnsThatDoNotFit() {
    Dataset<Row> some = rows("the");
    assertInvalid(
        "there is no column text; the columns are id, prompt",
        () -> RealmDataset.generate(some, "text", "made", OPTIONS));
    assertInvalid(
        "the column id is of the type int; it must be of strings",
        () -> RealmDataset.embed(some, "id", "made", OPTIONS));
    assertInvalid(
        "there is a column prompt already; give the new one another name",
        () -> RealmDataset.generate(some, "prompt", "Prompt", OPTIONS));
  }

  private static void assertInvalid(String message, Executable call) {
    EngineException refusal = assertThrows(EngineException.class, call);
    assertEquals(ErrorCode.INVALID_ARGUMENT, refusal.code());
    assertEquals(message, refusal.getMessage());
  }

  private static void assertFails(String message, Dataset<Row> rows) {
    SparkException failure = assertThrows(SparkException.class, rows::collectAsList);
    assertTrue(failure.toString().contains(message), failure::toString);
  }

  private static LoadedModel load() {
    return SharedModels.loadAlone(
        LocalCluster.modelFile(),
        Optional.empty(),
        OptionalInt.empty(),
        1,
        new CacheOptions(KvFormat.F16, OptionalLong.empty()),
        Places.DEFAULT,
        Overcommit.REFUSED);
  }

  private static float[] vector(LoadedModel model, String text) {
    CompletableFuture<float[]> vector = new CompletableFuture<>();
    EmbeddingListener listener =
        new EmbeddingListener() {
          @Override
          public void finished(List<float[]> embeddings, int tokens) {
            vector.complete(embeddings.getFirst());
          }

          @Override
          public void aborted() {
            vector.cancel(false);
          }

          @Override
          public void failed(Throwable failure) {
            vector.completeExceptionally(failure);
          }
        };
    model
        .lease()
        .handOver(lease -> lease.embed(List.of(text), OPTIONS.embedding(), Claim.APP, listener));
    return vector.join();
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
