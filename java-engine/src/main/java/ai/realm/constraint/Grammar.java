package ai.realm.constraint;

import ai.realm.constraint.gbnf.Gbnf;
import ai.realm.constraint.json.JsonSchema;
import ai.realm.constraint.regex.Pattern;
import ai.realm.constraint.regex.PatternException;
import ai.realm.constraint.regex.Regex;
import ai.realm.constraint.regex.Regexes;
import ai.realm.constraint.turn.Turn;
import ai.realm.constraint.turn.TurnPart;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;

/**
 * What texts must be like, compiled for a vocabulary. It keeps what it finds out of its places, for
 * all texts that it binds; one thread at a time is in it.
 */
public final class Grammar {
  /** In what a grammar is written. */
  public sealed interface Source {
    /** JSON that meets a schema, which may refer to {@code others} by their URIs. */
    record Schema(JsonElement schema, Map<String, JsonElement> others, JsonSchema.Style style)
        implements Source {}

    /** A pattern of the whole text, as in ECMAScript. */
    record Whole(String pattern) implements Source {}

    /** One of these texts. */
    record Choices(List<String> texts) implements Source {}

    /** Rules in GBNF, of which {@code root} is the whole text. */
    record Rules(String gbnf) implements Source {}

    /** Any text, in which control tokens that these texts have in them are shown. */
    record Free(List<String> signs) implements Source {}

    /** A turn of a chat. */
    record Turn(Map<String, TurnPart> rules, TurnPart root) implements Source {}
  }

  private final TokenTrie trie;
  private final Stacks begin;

  private Grammar(TokenTrie trie, Stacks begin) {
    this.trie = trie;
    this.begin = begin;
  }

  /**
   * Compiles a grammar.
   *
   * @throws EngineException {@code SCHEMA_UNSUPPORTED}, {@code SCHEMA_UNSATISFIABLE}, {@code
   *     GRAMMAR_INVALID} or {@code INVALID_ARGUMENT}: it is refused as a whole, or holds as a whole
   */
  public static Grammar compile(Source source, TokenTrie trie) {
    return new Grammar(trie, begin(source, trie.signs()));
  }

  /** The ways in which texts of a grammar begin. */
  static Stacks begin(Source source, Signs signs) {
    Regexes regexes = new Regexes();
    TextPlaces places = new TextPlaces();
    return switch (source) {
      case Source.Turn(Map<String, TurnPart> rules, TurnPart root) ->
          begun(new Turn(rules, signs, regexes, places).of(root));
      default -> begun(frame(source, regexes, places));
    };
  }

  private static Stacks begun(Frame frame) {
    Stacks begun = new Stacks();
    if (frame instanceof Beginning beginning) {
      beginning.begin(Stack.END, begun);
    } else {
      begun.add(new Stack(frame, Stack.END));
    }
    return begun;
  }

  /**
   * A text of a grammar that is no turn, as a part of another text.
   *
   * @throws EngineException as {@link #compile}
   */
  public static Frame frame(Source source, Regexes regexes, TextPlaces places) {
    return switch (source) {
      case Source.Schema(
              JsonElement schema,
              Map<String, JsonElement> others,
              JsonSchema.Style style) ->
          JsonSchema.frame(schema, others, style, regexes, places);
      case Source.Whole(String pattern) -> text(whole(pattern, regexes), places, "regex", pattern);
      case Source.Choices(List<String> texts) ->
          text(
              regexes.either(texts.stream().map(regexes::text).toList()),
              places,
              "choices",
              texts.toString());
      case Source.Rules(String gbnf) -> Gbnf.frame(gbnf, regexes, places);
      case Source.Turn turn -> throw new IllegalArgumentException("a turn is no part of another");
      case Source.Free free -> throw new IllegalArgumentException("any text needs no grammar");
    };
  }

  private static Regex whole(String pattern, Regexes regexes) {
    try {
      return Pattern.whole(pattern, regexes);
    } catch (PatternException e) {
      throw new EngineException(
          ErrorCode.GRAMMAR_INVALID,
          "format.regex: " + e.getMessage() + "; write a pattern without it");
    }
  }

  private static Frame text(Regex language, TextPlaces places, String name, String given) {
    if (!language.alive()) {
      throw new EngineException(
          ErrorCode.GRAMMAR_INVALID,
          "format.%s is %s, which no text meets; give one that some text does"
              .formatted(name, given));
    }
    return places.text(language);
  }

  /** The constraint of one text. */
  public Constraint constrain() {
    return new Constraint(this);
  }

  TokenTrie trie() {
    return trie;
  }

  Stacks begin() {
    return begin;
  }
}
