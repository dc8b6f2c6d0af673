package ai.realm.json;

import ai.realm.constraint.Grammar.Source;
import ai.realm.constraint.json.MembersWriting;
import ai.realm.constraint.json.MembersWriting.Quotes;
import ai.realm.constraint.json.MembersWriting.Raw;
import ai.realm.constraint.turn.TurnPart;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A turn of a chat as JSON. */
final class TurnJson {
  private TurnJson() {}

  /**
   * Reads an object with {@code rules} and {@code root}. A part is an object with one of {@code
   * text}, {@code sequence}, {@code either}, {@code ref}, {@code free}, {@code arguments} (and with
   * it {@code writing}), or what a format has.
   *
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT}, naming the field
   */
  static Source read(Arguments args) {
    Map<String, TurnPart> rules = new LinkedHashMap<>();
    Arguments named = args.object("rules");
    for (String name : List.copyOf(named.fields())) {
      rules.put(name, part(named.object(name)));
    }
    TurnPart root = part(args.object("root"));
    args.end();
    return new Source.Turn(rules, root);
  }

  private static TurnPart part(Arguments args) {
    TurnPart part;
    if (args.has("text")) {
      part = new TurnPart.Text(args.text("text"));
    } else if (args.has("sequence")) {
      part = new TurnPart.Sequence(parts(args, "sequence"));
    } else if (args.has("either")) {
      part = new TurnPart.Either(parts(args, "either"));
    } else if (args.has("ref")) {
      part = new TurnPart.Rule(args.text("ref"));
    } else if (args.has("free")) {
      part = free(args.object("free"));
    } else if (args.has("arguments")) {
      part =
          new TurnPart.Members(
              args.take("arguments"), writing(args.object("writing")), args.text("what"));
    } else {
      String what = args.has("what") ? args.text("what") : "";
      part = new TurnPart.Formatted(FormatJson.source(args), what);
    }
    args.end();
    return part;
  }

  private static List<TurnPart> parts(Arguments args, String field) {
    return args.objects(field).stream().map(TurnJson::part).toList();
  }

  private static TurnPart free(Arguments args) {
    List<TurnPart.Marker> until = new ArrayList<>();
    for (Arguments marker : args.objects("until")) {
      until.add(new TurnPart.Marker(marker.text("marker"), part(marker.object("behind"))));
      marker.end();
    }
    TurnPart free =
        new TurnPart.Free(
            until,
            args.has("without") ? args.texts("without") : List.of(),
            args.has("notStarting") ? args.texts("notStarting") : List.of(),
            args.optionalFlag("ends", false),
            args.optionalInteger("tokens", 1, Integer.MAX_VALUE).orElse(0));
    args.end();
    return free;
  }

  private static MembersWriting writing(Arguments args) {
    Optional<Quotes> strings = Optional.empty();
    if (args.has("strings")) {
      Arguments quotes = args.object("strings");
      strings = Optional.of(new Quotes(quotes.text("open"), quotes.text("close")));
      quotes.end();
    }
    MembersWriting writing =
        new MembersWriting(
            args.text("empty"),
            args.text("open"),
            args.text("afterName"),
            args.text("between"),
            args.text("close"),
            strings,
            MembersWriting.Values.valueOf(args.text("values").toUpperCase(Locale.ROOT)),
            args.flag("sorted"),
            args.text("marker"),
            raw(args.take("raw")));
    args.end();
    return writing;
  }

  private static Map<String, Raw> raw(JsonElement given) {
    Map<String, Raw> raw = new LinkedHashMap<>();
    if (!(given instanceof JsonObject object)) {
      throw Arguments.refused("format.turn writing.raw", given, "an object");
    }
    object
        .entrySet()
        .forEach(entry ->
            raw.put(
                entry.getKey(),
                Raw.valueOf(entry.getValue().getAsString().toUpperCase(Locale.ROOT))));
    return raw;
  }
}
