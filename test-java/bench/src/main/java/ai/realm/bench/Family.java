package ai.realm.bench;

/** What is measured, each in a class of its own. */
enum Family {
  MEMORY("memory", MemoryBenchmark.class),
  FMA("fma", FmaBenchmark.class),
  DECODE("decode", DecodeBenchmark.class),
  PREFILL("prefill", PrefillBenchmark.class),
  ATTENTION("attention", AttentionBenchmark.class),
  RMS_NORM("rmsNorm", RmsNormBenchmark.class);

  private final String label;
  private final Class<?> benchmark;

  Family(String label, Class<?> benchmark) {
    this.label = label;
    this.benchmark = benchmark;
  }

  /** Its name for people. */
  String label() {
    return label;
  }

  /** Whether it is a limit of the machine, which is always measured. */
  boolean isLimit() {
    return this == MEMORY || this == FMA;
  }

  /** What JMH finds its class by. */
  String pattern() {
    return benchmark.getName().replace(".", "\\.") + "\\.";
  }

  /** What one operation has to do. */
  Work work(String type, String provider) {
    return switch (this) {
      case MEMORY -> MemoryBenchmark.work();
      case FMA -> FmaBenchmark.work();
      case DECODE -> DecodeBenchmark.work(type, provider);
      case PREFILL -> PrefillBenchmark.work(type, provider);
      case ATTENTION -> AttentionBenchmark.work(type);
      case RMS_NORM -> RmsNormBenchmark.work();
    };
  }
}
