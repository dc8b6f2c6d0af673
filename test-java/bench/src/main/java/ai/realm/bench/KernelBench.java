package ai.realm.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures the kernels with JMH, each benchmark in a JVM of its own with this one's options, and
 * prints a table. Arguments: the families to measure, by default all; the limits of the machine are
 * measured in any case.
 */
public final class KernelBench {
  private static final int WARM_UPS = 3;
  private static final int MEASUREMENTS = 5;
  private static final TimeValue SECOND = TimeValue.seconds(1);

  private KernelBench() {}

  /** Runs it. */
  public static void main(String[] args) throws RunnerException {
    List<String> wanted = List.of(args);
    List<String> known = Arrays.stream(Family.values()).map(Family::label).toList();
    if (!known.containsAll(wanted)) {
      System.err.println("received " + wanted + ", expected some of " + known);
      System.exit(2);
    }
    String[] providers = providers();
    List<Measured> results = new ArrayList<>();
    for (Family family : Family.values()) {
      if (family.isLimit() || wanted.isEmpty() || wanted.contains(family.label())) {
        System.err.println("measuring " + family.label());
        for (RunResult result : new Runner(options(family, providers)).run()) {
          results.add(Measured.of(family, result));
        }
      }
    }
    System.out.print(KernelTable.of(results));
  }

  private static Options options(Family family, String[] providers) {
    return new OptionsBuilder()
        .include(family.pattern())
        .param("provider", providers)
        .mode(Mode.AverageTime)
        .timeUnit(TimeUnit.MICROSECONDS)
        .forks(1)
        .warmupIterations(WARM_UPS)
        .warmupTime(SECOND)
        .measurementIterations(MEASUREMENTS)
        .measurementTime(SECOND)
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT)
        .build();
  }

  private static String[] providers() {
    return Arrays.stream(new String[] {"vector", "native"})
        .filter(KernelBench::isThere)
        .toArray(String[]::new);
  }

  private static boolean isThere(String provider) {
    try {
      System.out.println(Providers.describe(provider) + "\n");
      return true;
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      System.out.println("no " + provider + " kernels: " + e.getMessage() + "\n");
      return false;
    }
  }
}
