package ai.realm.bench;

import java.util.List;
import java.util.Locale;

/** The results as a table in Markdown, with their shares of what the machine can do. */
final class KernelTable {
  private KernelTable() {}

  /**
   * The lines.
   *
   * @param results holds those of {@code memory} and {@code fma}
   */
  static String of(List<Measured> results) {
    double bandwidth = find(results, Family.MEMORY).gigabytes();
    double peak = find(results, Family.FMA).gigaflops();
    StringBuilder table = new StringBuilder();
    line(table, "kernel", "type", "provider", "us", "GB/s", "of memory", "GFLOP/s", "of FMA");
    line(table, "---", "---", "---", "---", "---", "---", "---", "---");
    for (Measured m : results) {
      line(
          table,
          m.family().label(),
          m.type(),
          m.provider(),
          number(m.micros()) + " (" + number(m.least()) + " … " + number(m.greatest()) + ")",
          m.work().bytes() == 0 ? "" : number(m.gigabytes()),
          m.work().bytes() == 0 ? "" : percent(m.gigabytes() / bandwidth),
          m.work().flops() == 0 ? "" : number(m.gigaflops()),
          m.work().flops() == 0 ? "" : percent(m.gigaflops() / peak));
    }
    return table.toString();
  }

  private static Measured find(List<Measured> results, Family family) {
    return results.stream().filter(result -> result.family() == family).findFirst().orElseThrow();
  }

  private static void line(StringBuilder table, Object... cells) {
    int[] widths = {9, 4, 8, 23, 6, 9, 7, 6};
    for (int i = 0; i < cells.length; i++) {
      String cell = "---".equals(cells[i]) ? "-".repeat(widths[i]) : cells[i].toString();
      table.append("| ").append(cell);
      table.append(" ".repeat(Math.max(0, widths[i] - cell.length()) + 1));
    }
    table.append("|\n");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }

  private static String percent(double share) {
    return Math.round(100 * share) + " %";
  }
}
