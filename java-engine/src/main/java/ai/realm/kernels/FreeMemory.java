package ai.realm.kernels;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;

/**
 * What Linux lets this process take of memory: the machine's, and that of each control group that
 * it is in, of version 1 or 2. Pages of files count as free, for the system gives them up. Beyond a
 * group's limit Linux kills the process, so it is asked before. Without expressions, streams and
 * sums of strings, whose first use takes longer than all else here.
 *
 * @param bytes that can still be taken
 * @param limit of all that there is, in bytes
 * @param bound what has this limit, in words
 */
public record FreeMemory(long bytes, long limit, String bound) {
  private static final long MB = 1 << 20;

  private static final Path ROOT = Path.of("/");

  /** What else the process needs while it goes on: the heap, the compiler, its threads. */
  public static final long RESERVE = 24 * MB;

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

  /**
   * The scarcest of this machine now; none where the system does not tell, as others than Linux.
   */
  public static Optional<FreeMemory> now() {
    return of(ROOT);
  }

  /** The same; where the system does not tell, all that the machine has counts as free. */
  public static FreeMemory orTotal() {
    return now()
        .orElseGet(() -> {
          OperatingSystemMXBean system =
              (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
          long total = system.getTotalMemorySize();
          return new FreeMemory(total, total, "this machine");
        });
  }

  /** The same by the files below {@code root}. */
  static Optional<FreeMemory> of(Path root) {
    List<FreeMemory> all = new ArrayList<>();
    Map<String, Long> machine = numbers(root.resolve("proc/meminfo"));
    if (machine.containsKey("MemAvailable") && machine.containsKey("MemTotal")) {
      all.add(
          new FreeMemory(
              machine.get("MemAvailable") * 1024, machine.get("MemTotal") * 1024, "this machine"));
    }
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      int controllers = line.indexOf(':') + 1;
      int path = line.indexOf(':', controllers) + 1;
      if (controllers == 0 || path == 0) {
        continue;
      }
      String named = line.substring(controllers, path - 1);
      if (named.isEmpty()) {
        addGroups(all, root.resolve("sys/fs/cgroup"), line.substring(path), VERSION_2);
      } else if (List.of(named.split(",")).contains("memory")) {
        addGroups(all, root.resolve("sys/fs/cgroup/memory"), line.substring(path), VERSION_1);
      }
    }
    FreeMemory least = null;
    for (FreeMemory free : all) {
      if (least == null || free.bytes < least.bytes) {
        least = free;
      }
    }
    return Optional.ofNullable(least);
  }

  /** The files of a group, and the two kinds of pages of files in its {@code memory.stat}. */
  private record Names(String limit, String used, String active, String inactive) {}

  private static final Names VERSION_1 =
      new Names(
          "memory.limit_in_bytes",
          "memory.usage_in_bytes",
          "total_active_file",
          "total_inactive_file");
  private static final Names VERSION_2 =
      new Names("memory.max", "memory.current", "active_file", "inactive_file");

  /**
   * Adds a group and those that it is in. In a container the path is that of the machine, and its
   * own group is where the groups begin.
   */
  private static void addGroups(List<FreeMemory> all, Path mount, String path, Names names) {
    int slashes = 0;
    while (slashes < path.length() && path.charAt(slashes) == '/') {
      slashes++;
    }
    Path own = mount.resolve(path.substring(slashes)).normalize();
    Path group = own.startsWith(mount) ? own : mount;
    for (; group.startsWith(mount); group = group.getParent()) {
      long most = number(group.resolve(names.limit));
      long usage = number(group.resolve(names.used));
      if (most >= 0 && usage >= 0) {
        Map<String, Long> kinds = numbers(group.resolve("memory.stat"));
        long files = kinds.getOrDefault(names.active, 0L) + kinds.getOrDefault(names.inactive, 0L);
        long free = most - Math.max(0, usage - files);
        all.add(new FreeMemory(free, most, "the control group of this process"));
      }
    }
  }

  /** The only number of a file; -1 if there is none. */
  private static long number(Path file) {
    List<String> lines = lines(file);
    return lines.isEmpty() ? -1 : parse(lines.getFirst());
  }

  /** The numbers of a file of lines such as {@code MemTotal: 1024 kB}, by their names. */
  private static Map<String, Long> numbers(Path file) {
    Map<String, Long> byName = new HashMap<>();
    for (String line : lines(file)) {
      StringTokenizer words = new StringTokenizer(line, ": \t");
      if (words.countTokens() >= 2) {
        String name = words.nextToken();
        long number = parse(words.nextToken());
        if (number >= 0) {
          byName.putIfAbsent(name, number);
        }
      }
    }
    return byName;
  }

  /**
   * A number of 18 digits at most, or -1. Without a limit there is none: version 2 has the word
   * {@code max} there, and version 1 nearly 2^63, which has 19 digits.
   */
  private static long parse(String text) {
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      value = value * 10 + (digit - '0');
    }
    return text.isEmpty() || text.length() > 18 ? -1 : value;
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
