package ai.realm.json;

import ai.realm.constraint.Grammar.Source;
import ai.realm.constraint.json.JsonSchema.Order;
import ai.realm.constraint.json.JsonSchema.Spacing;
import ai.realm.constraint.json.JsonSchema.Style;
import ai.realm.engine.Format;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The format of a text as JSON. */
final class FormatJson {
  private FormatJson() {}

  /**
   * Reads an object with one of {@code schema} (and with it {@code schemas}, {@code order} and
   * {@code spacing}), {@code regex}, {@code choices}, {@code grammar}, {@code turn} and {@code
   * signs}, and maybe {@code closeAtLimit}.
   *
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT}, naming the field
   */
  static Format read(Arguments args) {
    boolean closes = !args.has("closeAtLimit") || args.flag("closeAtLimit");
    Source source;
    if (args.has("turn")) {
      source = TurnJson.read(args.object("turn"));
    } else if (args.has("signs")) {
      source = new Source.Free(args.texts("signs"));
    } else {
      source = source(args);
    }
    args.end();
    return new Format(source, closes);
  }

  /** Reads the fields of a format that is no turn. */
  static Source source(Arguments args) {
    if (args.has("schema")) {
      return schema(args);
    }
    if (args.has("regex")) {
      return new Source.Whole(args.text("regex"));
    }
    return args.has("choices")
        ? new Source.Choices(args.texts("choices"))
        : new Source.Rules(args.text("grammar"));
  }

  private static Source schema(Arguments args) {
    JsonElement schema = args.take("schema");
    Map<String, JsonElement> others = new LinkedHashMap<>();
    if (args.has("schemas") && args.take("schemas") instanceof JsonObject given) {
      given.entrySet().forEach(entry -> others.put(entry.getKey(), entry.getValue()));
    }
    Style style =
        new Style(
            one(args, "order", Order.values(), Order.DECLARED),
            one(args, "spacing", Spacing.values(), Spacing.SINGLE));
    return new Source.Schema(schema, others, style);
  }

  private static <E extends Enum<E>> E one(Arguments args, String field, E[] values, E otherwise) {
    if (!args.has(field)) {
      return otherwise;
    }
    String given = args.text(field);
    List<String> names = new ArrayList<>();
    for (E value : values) {
      String name = value.name().toLowerCase(Locale.ROOT);
      if (name.equals(given)) {
        return value;
      }
      names.add(name);
    }
    throw Arguments.refused(
        "format." + field, new JsonPrimitive(given), "one of " + String.join(", ", names));
  }
}
