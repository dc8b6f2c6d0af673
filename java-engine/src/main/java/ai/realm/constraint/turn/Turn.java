package ai.realm.constraint.turn;

import ai.realm.constraint.Beginning;
import ai.realm.constraint.Frame;
import ai.realm.constraint.Grammar;
import ai.realm.constraint.Part;
import ai.realm.constraint.Signs;
import ai.realm.constraint.TextPlaces;
import ai.realm.constraint.Until;
import ai.realm.constraint.json.JsonSchema;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A turn of a chat as a part of a text: free text is read by the markers that end it, and behind a
 * marker comes what has a form.
 */
public final class Turn {
  private final Map<String, TurnPart> rules;
  private final Signs signs;
  private final Regexes regexes;
  private final TextPlaces places;
  private final Map<String, Part> named = new LinkedHashMap<>();
  private final List<Part> made = new ArrayList<>();

  /** Of rules that refer to each other. */
  public Turn(Map<String, TurnPart> rules, Signs signs, Regexes regexes, TextPlaces places) {
    this.rules = rules;
    this.signs = signs;
    this.regexes = regexes;
    this.places = places;
  }

  /**
   * The turn that a part is the root of.
   *
   * @throws EngineException {@code SCHEMA_UNSUPPORTED}, {@code SCHEMA_UNSATISFIABLE}, {@code
   *     GRAMMAR_INVALID} or {@code INVALID_ARGUMENT}
   */
  public Frame of(TurnPart root) {
    Part part = part(root);
    Part.measure(made);
    if (!part.ends()) {
      throw refused(
          "format.turn has no text that ends; give each rule that calls itself a way out");
    }
    return part;
  }

  private static EngineException refused(String message) {
    return new EngineException(ErrorCode.INVALID_ARGUMENT, message);
  }

  private Part part(TurnPart source) {
    if (source instanceof TurnPart.Rule(String name)) {
      return rule(name);
    }
    Part part = new Part();
    made.add(part);
    part.is(form(source));
    return part;
  }

  private Part rule(String name) {
    Part known = named.get(name);
    if (known == null) {
      TurnPart source = rules.get(name);
      if (source == null) {
        throw refused("format.turn.rules has no " + name + ", which another part refers to");
      }
      known = new Part();
      named.put(name, known);
      made.add(known);
      known.is(form(source));
    }
    return known;
  }

  private Part.Form form(TurnPart source) {
    return switch (source) {
      case TurnPart.Text(String text) -> {
        byte[] bytes = signs.bytes(text);
        yield bytes.length == 0
            ? new Part.Form.Held(Beginning.NOTHING)
            : new Part.Form.Held(TextPlaces.literal(bytes));
      }
      case TurnPart.Sequence(List<TurnPart> parts) ->
          new Part.Form.Sequence(parts.stream().map(this::part).toList());
      case TurnPart.Either(List<TurnPart> options) ->
          new Part.Form.Choice(options.stream().map(this::part).toList());
      case TurnPart.Rule(String name) -> new Part.Form.Sequence(List.of(rule(name)));
      case TurnPart.Free free -> new Part.Form.Free(free(free));
      case TurnPart.Members members ->
          new Part.Form.Held(
              of(
                  members.what(),
                  () ->
                      JsonSchema.members(
                          members.schema(), members.writing(), signs, regexes, places)));
      case TurnPart.Formatted(Grammar.Source format, String what) ->
          new Part.Form.Held(of(what, () -> Grammar.frame(format, regexes, places)));
    };
  }

  private interface Making {
    Frame make();
  }

  /** A refusal names whose schema it is. */
  private static Frame of(String what, Making making) {
    try {
      return making.make();
    } catch (EngineException e) {
      if (what.isEmpty()) {
        throw e;
      }
      throw new EngineException(e.code(), what + ": " + e.getMessage(), e);
    }
  }

  private Until free(TurnPart.Free free) {
    List<Until.Marker> markers = new ArrayList<>();
    for (TurnPart.Marker marker : free.until()) {
      markers.addAll(Until.Marker.of(marker.text(), signs, part(marker.behind())));
    }
    for (String text : free.without()) {
      markers.addAll(Until.Marker.of(text, signs, null));
    }
    Regex language = regexes.any;
    for (String text : free.notStarting()) {
      language = regexes.both(language, regexes.not(regexes.then(regexes.text(text), regexes.any)));
    }
    return places.until(language, language == regexes.any, markers, free.ends(), free.tokens());
  }
}
