package ai.realm.sampling;

/**
 * A temperature that rises with how undecided the model is, as llama.cpp's dynamic temperature:
 * from {@code temperature - range}, at least 0, where one token has all probability, to {@code
 * temperature + range}, where all candidates are alike.
 *
 * @param range 0 to 100; 0 leaves the temperature as it is
 * @param exponent of the entropy's share of its largest value; above 0, up to 100
 */
public record DynamicTemperature(double range, double exponent) {
  /** Checks both ranges. */
  public DynamicTemperature {
    Ranges.check("dynamicTemperature.range", range, 0, 100);
    Ranges.check(
        "dynamicTemperature.exponent",
        exponent,
        exponent > 0 && exponent <= 100,
        "above 0 and at most 100");
  }

  /** The temperature for these candidates. */
  double of(Candidates candidates, double temperature) {
    if (range == 0 || candidates.size() == 1) {
      return temperature;
    }
    double coldest = Math.max(0, temperature - range);
    double hottest = temperature + range;
    double undecided = candidates.entropy() / Math.log(candidates.size());
    return coldest + (hottest - coldest) * Math.pow(undecided, exponent);
  }
}
