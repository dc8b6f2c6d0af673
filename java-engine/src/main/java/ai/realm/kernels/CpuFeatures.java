package ai.realm.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What the CPU can do, where Java itself does not tell. */
final class CpuFeatures {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private CpuFeatures() {}

  /**
   * Whether it multiplies and adds in one step. Without that, Java computes each lane of {@code
   * FloatVector.fma} with decimal numbers of any length, ten thousand times slower. Only Linux on
   * x86-64 is asked; elsewhere those CPUs are long gone.
   */
  static boolean fusedMultiplyAdd() {
    return !isLinuxOnX86() || hasFlag(cpuInfo(), "fma");
  }

  /** Whether it multiplies tiles of BF16, and Linux knows how to keep their state. */
  static boolean amx() {
    return isLinuxOnX86() && hasFlag(cpuInfo(), "amx_bf16");
  }

  private static boolean isLinuxOnX86() {
    return System.getProperty("os.arch").equals("amd64")
        && System.getProperty("os.name").equals("Linux")
        && Files.isReadable(CPU_INFO);
  }

  private static List<String> cpuInfo() {
    try {
      return Files.readAllLines(CPU_INFO);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Whether Linux's list of a CPU's flags has one; true if there is no list. */
  static boolean hasFlag(List<String> cpuInfo, String flag) {
    return cpuInfo.stream()
        .filter(line -> line.startsWith("flags"))
        .findFirst()
        .map(line -> Arrays.asList(line.substring(line.indexOf(':') + 1).trim().split("\\s+")))
        .map(flags -> flags.contains(flag))
        .orElse(true);
  }
}
