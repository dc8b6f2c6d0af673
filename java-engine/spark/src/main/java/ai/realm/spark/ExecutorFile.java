package ai.realm.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;

/** Files as an executor sees them. */
final class ExecutorFile {
  private ExecutorFile() {}

  /** The file of this name that Spark has sent here, else the one at this path, if there is one. */
  static Optional<Path> find(String name) {
    return sent(name).or(() -> Optional.of(Path.of(name)).filter(Files::isRegularFile));
  }

  /** The file of this name that Spark has sent here. */
  static Optional<Path> sent(String name) {
    return Optional.ofNullable(SparkEnv.get())
        .map(_ -> Path.of(SparkFiles.getRootDirectory()).resolve(name))
        .filter(Files::isRegularFile);
  }
}
