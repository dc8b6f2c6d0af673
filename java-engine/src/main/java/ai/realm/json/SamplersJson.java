package ai.realm.json;

import ai.realm.sampling.AdaptiveP;
import ai.realm.sampling.Dry;
import ai.realm.sampling.DynamicTemperature;
import ai.realm.sampling.Mirostat;
import ai.realm.sampling.OptionalSamplers;
import ai.realm.sampling.Xtc;
import java.util.Optional;
import java.util.function.Function;

/** The samplers that have options of their own, as JSON. */
final class SamplersJson {
  /** As llama.cpp has it. */
  private static final double USUAL_DECAY = 0.9;

  private SamplersJson() {}

  /**
   * Reads the objects {@code dry} ({@code multiplier}, {@code base}, {@code allowedLength}, {@code
   * lastN}, {@code breakers}), {@code xtc} ({@code probability}, {@code threshold}), {@code
   * dynamicTemperature} ({@code range}, {@code exponent}), {@code mirostat} ({@code version},
   * {@code tau}, {@code eta}) and {@code adaptiveP} ({@code target}, {@code decay}). Each may be
   * absent or null, and so may their fields, but for {@code range} and {@code target}.
   *
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT}, naming the field
   */
  static OptionalSamplers read(Arguments args) {
    return new OptionalSamplers(
        part(args, "dry", SamplersJson::dry),
        part(args, "xtc", SamplersJson::xtc),
        part(args, "dynamicTemperature", SamplersJson::dynamicTemperature),
        part(args, "mirostat", SamplersJson::mirostat),
        part(args, "adaptiveP", SamplersJson::adaptiveP));
  }

  private static <T> Optional<T> part(Arguments args, String field, Function<Arguments, T> read) {
    if (!GenerateOptionsJson.given(args, field)) {
      return Optional.empty();
    }
    Arguments part = args.object(field);
    T value = read.apply(part);
    part.end();
    return Optional.of(value);
  }

  private static Dry dry(Arguments args) {
    Dry usual = Dry.DEFAULTS;
    return new Dry(
        number(args, "multiplier", usual.multiplier()),
        number(args, "base", usual.base()),
        integer(args, "allowedLength", usual.allowedLength()),
        integer(args, "lastN", usual.lastN()),
        GenerateOptionsJson.given(args, "breakers") ? args.texts("breakers") : usual.breakers());
  }

  private static Xtc xtc(Arguments args) {
    Xtc usual = Xtc.DEFAULTS;
    return new Xtc(
        number(args, "probability", usual.probability()),
        number(args, "threshold", usual.threshold()));
  }

  private static DynamicTemperature dynamicTemperature(Arguments args) {
    return new DynamicTemperature(args.number("range"), number(args, "exponent", 1));
  }

  private static Mirostat mirostat(Arguments args) {
    Mirostat usual = Mirostat.DEFAULTS;
    return new Mirostat(
        integer(args, "version", usual.version()),
        number(args, "tau", usual.tau()),
        number(args, "eta", usual.eta()));
  }

  private static AdaptiveP adaptiveP(Arguments args) {
    return new AdaptiveP(args.number("target"), number(args, "decay", USUAL_DECAY));
  }

  private static double number(Arguments args, String field, double otherwise) {
    return GenerateOptionsJson.given(args, field) ? args.number(field) : otherwise;
  }

  private static int integer(Arguments args, String field, int otherwise) {
    return GenerateOptionsJson.given(args, field)
        ? (int) args.integer(field, Integer.MIN_VALUE, Integer.MAX_VALUE)
        : otherwise;
  }
}
