package ai.realm.kernels;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Linux lets this process take of memory: the machine's, and that of each control group that
 * it is in, of version 1 or 2. Pages of files count as free, for the system gives them up. Beyond a
 * group's limit Linux kills the process, so it is asked before.
 *
 * @param bytes that can still be taken
 * @param limit of all that there is, in bytes
 * @param bound what has this limit, in words
 */
record FreeMemory(long bytes, long limit, String bound) {
  private static final long MB = 1 << 20;

  /** What else the process needs while it goes on: the heap, the compiler, its threads. */
  private static final long RESERVE = 24 * MB;

  /**
   * Refuses what there is no room for.
   *
   * @param root the folder of the system's files, {@code /} but in tests
   * @return how many bytes there is room for beside these; none are known of where the system does
   *     not tell
   * @throws EngineException {@code OUT_OF_MEMORY}, with the figures
   */
  static long require(Path root, long bytes) {
    Optional<FreeMemory> least = of(root);
    if (least.isPresent() && least.get().bytes < bytes + RESERVE) {
      FreeMemory free = least.get();
      throw new EngineException(
          ErrorCode.OUT_OF_MEMORY,
          ("the model's weights need %d MB more, and %d MB for what else runs; %s has %d MB free of"
                  + " %d MB: give it more, load a smaller model, or dispose others first")
              .formatted(
                  bytes / MB,
                  RESERVE / MB,
                  free.bound,
                  Math.max(0, free.bytes) / MB,
                  free.limit / MB));
    }
    return least.map(free -> free.bytes - bytes - RESERVE).orElse(Long.MAX_VALUE);
  }

  /** The scarcest; none where the system does not tell, as others than Linux. */
  static Optional<FreeMemory> of(Path root) {
    List<FreeMemory> all = new ArrayList<>();
    Map<String, Long> machine = numbers(root.resolve("proc/meminfo"));
    if (machine.containsKey("MemAvailable") && machine.containsKey("MemTotal")) {
      all.add(
          new FreeMemory(
              machine.get("MemAvailable") * 1024, machine.get("MemTotal") * 1024, "this machine"));
    }
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && parts[1].isEmpty()) {
        Path mount = root.resolve("sys/fs/cgroup");
        groups(mount, parts[2]).flatMap(group -> version2(group).stream()).forEach(all::add);
      } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
        Path mount = root.resolve("sys/fs/cgroup/memory");
        groups(mount, parts[2]).flatMap(group -> version1(group).stream()).forEach(all::add);
      }
    }
    return all.stream().min((one, other) -> Long.compare(one.bytes, other.bytes));
  }

  /**
   * A group and those that it is in. In a container the path is that of the machine, and its own
   * group is where the groups begin.
   */
  private static Stream<Path> groups(Path mount, String path) {
    Path own = mount.resolve(path.replaceFirst("^/+", "")).normalize();
    return Stream.iterate(
        own.startsWith(mount) ? own : mount, group -> group.startsWith(mount), Path::getParent);
  }

  private static Optional<FreeMemory> version2(Path group) {
    return group(
        group.resolve("memory.max"),
        group.resolve("memory.current"),
        group.resolve("memory.stat"),
        "");
  }

  private static Optional<FreeMemory> version1(Path group) {
    return group(
        group.resolve("memory.limit_in_bytes"),
        group.resolve("memory.usage_in_bytes"),
        group.resolve("memory.stat"),
        "total_");
  }

  private static Optional<FreeMemory> group(Path limit, Path used, Path stat, String prefix) {
    Optional<Long> most = number(limit);
    Optional<Long> usage = number(used);
    if (most.isEmpty() || usage.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Long> kinds = numbers(stat);
    long files =
        kinds.getOrDefault(prefix + "active_file", 0L)
            + kinds.getOrDefault(prefix + "inactive_file", 0L);
    long free = most.get() - Math.max(0, usage.get() - files);
    return Optional.of(new FreeMemory(free, most.get(), "the control group of this process"));
  }

  /**
   * The only number of a file. Without a limit there is none: version 2 has the word {@code max}
   * there, and version 1 nearly 2^63, which has 19 digits.
   */
  private static Optional<Long> number(Path file) {
    return lines(file).stream().findFirst().filter(FreeMemory::isNumber).map(Long::parseLong);
  }

  /** The numbers of a file of lines such as {@code MemTotal: 1024 kB}, by their names. */
  private static Map<String, Long> numbers(Path file) {
    return lines(file).stream()
        .map(line -> line.split(":?\\s+"))
        .filter(words -> words.length >= 2 && isNumber(words[1]))
        .collect(
            Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1]), (a, _) -> a));
  }

  /** Of 18 digits at most. */
  private static boolean isNumber(String text) {
    return text.matches("\\d{1,18}");
  }

  /** The lines of a file; none where there is no such file, or it is not to be read. */
  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException notThere) {
      return List.of();
    }
  }
}
