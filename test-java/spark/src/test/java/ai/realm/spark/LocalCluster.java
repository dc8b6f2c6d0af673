package ai.realm.spark;

import ai.realm.LoadOptions;
import ai.realm.Model;
import ai.realm.Realm;
import ai.realm.kernels.KernelProvider;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Spark with a master and two workers in this process, which start executors in processes of their
 * own, each with one core and what a user would hand to {@code spark-submit}: the two jars, a model
 * and, where {@code REALM_TEST_KERNELS} names it, the native kernels.
 */
final class LocalCluster implements AutoCloseable {
  /** The small model of the conformance cases, as executors know it. */
  static final String MODEL = "tiny.gguf";

  private static final Path MODEL_FILE =
      Path.of("../src/test/resources/conformance/models", MODEL).toAbsolutePath().normalize();
  private static final String KERNELS = System.getenv("REALM_TEST_KERNELS");
  private static final Path HOME = Path.of(System.getenv("SPARK_HOME"));

  static {
    // What the engine makes alone is made with the same kernels.
    if (KERNELS != null) {
      System.setProperty(KernelProvider.LIBRARY_PROPERTY, KERNELS);
    }
  }

  private final SparkSession spark;

  private LocalCluster(SparkSession spark) {
    this.spark = spark;
  }

  static LocalCluster start(Map<String, String> settings) {
    linkJars();
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local-cluster[2,1,1024]")
            .appName("realm")
            .config("spark.jars", String.join(",", jars()))
            .config("spark.files", MODEL_FILE + (KERNELS == null ? "" : "," + KERNELS))
            .config("spark.executor.cores", "1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.ui.enabled", "false");
    settings.forEach(builder::config);
    return new LocalCluster(builder.getOrCreate());
  }

  /** The model alone, outside of Spark. */
  static Model loadAlone() {
    return Realm.loadModel(MODEL_FILE, new LoadOptions().threads(1));
  }

  /** Its file, where a path is asked for. */
  static Path modelFile() {
    return MODEL_FILE;
  }

  SparkSession spark() {
    return spark;
  }

  /** What each executor has logged until now, by its id. */
  Map<String, List<String>> logs() {
    Map<String, List<String>> logs = new TreeMap<>();
    Path work = HOME.resolve("work").resolve(spark.sparkContext().applicationId());
    try (Stream<Path> executors = Files.list(work)) {
      for (Path executor : executors.toList()) {
        logs.put(executor.getFileName().toString(), Files.readAllLines(executor.resolve("stderr")));
      }
      return logs;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    spark.stop();
  }

  private static List<String> jars() {
    return Stream.of(
            "java-engine/target/realm-engine.jar", "java-engine/spark/target/realm-spark.jar")
        .map(jar -> Path.of("../..", jar).toAbsolutePath().normalize().toString())
        .toList();
  }

  /** A home as a distribution of Spark has it: of its jars and what they need, without Realm's. */
  private static void linkJars() {
    Path jars = HOME.resolve("jars");
    List<String> entries =
        new ArrayList<>(
            Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator)));
    entries.removeIf(entry -> !entry.endsWith(".jar") || entry.contains("realm-"));
    try {
      Files.createDirectories(jars);
      for (String entry : entries) {
        Path link = jars.resolve(Path.of(entry).getFileName());
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(entry));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
