package ai.realm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that are killed while their rows run, as machines die. */
class KilledExecutorsTest {
  private static final int ROWS = 1000;
  private static final int PARTITIONS = 50;
  private static final int KILLS = 20;
  private static final RealmOptions OPTIONS =
      RealmOptions.of(LocalCluster.MODEL)
          .generate("{\"maxTokens\":16,\"temperature\":1.5,\"seed\":3}");

  /** Kills an executor as it begins with a task, whenever two more tasks have been done. */
  private static final class Killer extends SparkListener {
    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      if (kills.get() < KILLS && done.get() >= 2 * kills.get()) {
        Optional<ProcessHandle> executor = executor(start.taskInfo().executorId());
        // SIGKILL: it learns nothing of it.
        if (executor.isPresent() && executor.get().destroyForcibly()) {
          kills.incrementAndGet();
        }
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.reason() instanceof ExecutorLostFailure) {
        lost.incrementAndGet();
      } else if (end.reason().equals(Success$.MODULE$)) {
        done.incrementAndGet();
      }
    }

    /** Of the processes that this one has started, that of an executor. */
    private static Optional<ProcessHandle> executor(String id) {
      return ProcessHandle.current()
          .children()
          .filter(child -> arguments(child).contains("\0--executor-id\0" + id + "\0"))
          .findFirst();
    }

    /** One after another, each with a zero behind it; empty once the process has ended. */
    private static String arguments(ProcessHandle process) {
      try {
        return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
      } catch (NoSuchFileException ended) {
        return "";
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  @Test
  void everyRowComesOnceAndRight(@TempDir Path folder) {
    Map<String, String> settings =
        Map.of(
            // A task fails with each executor that it has lost, and a worker gives up by default.
            "spark.task.maxFailures", "1000",
            "spark.deploy.maxExecutorRetries", "-1");
    String written = folder.resolve("texts.parquet").toString();
    Killer killer = new Killer();
    try (Model alone = LocalCluster.loadAlone();
        LocalCluster cluster = LocalCluster.start(settings)) {
      SparkSession spark = cluster.spark();
      spark.sparkContext().addSparkListener(killer);
      RealmDataset.generate(ClusterTest.prompts(spark, ROWS, PARTITIONS), "prompt", "text", OPTIONS)
          .write()
          .parquet(written);
      List<Row> rows = spark.read().parquet(written).orderBy("id").collectAsList();
      assertEquals(ROWS, rows.size());
      for (int id = 0; id < ROWS; id++) {
        String prompt = ClusterTest.prompt(id);
        assertEquals(id, rows.get(id).getInt(0));
        assertEquals(ClusterTest.textAlone(alone, prompt, 3), rows.get(id).getString(2), prompt);
      }
      System.out.printf(
          "Spark: %d executors killed, which lost %d tasks; %d of %d rows came once, with the"
              + " engine's own text%n",
          killer.kills.get(), killer.lost.get(), rows.size(), ROWS);
    }
    assertEquals(KILLS, killer.kills.get());
    assertTrue(killer.lost.get() >= KILLS / 2, killer.lost + " tasks were lost");
  }
}
