package ai.realm.constraint.json;

import java.util.Map;
import java.util.Optional;

/**
 * How an object is written member by member, in a markup of a model's own.
 *
 * @param empty an object without members
 * @param open before the first name
 * @param afterName between a name and its value
 * @param between behind a value, before the next name
 * @param close behind the last value
 * @param strings what stands around a string, which is raw between; empty where strings are as in
 *     JSON
 * @param values how other values are written
 * @param sorted whether members come in the order of their names, else in the schema's
 * @param marker what ends a raw string that has no quotes: {@code between} and {@code close} begin
 *     with it
 * @param raw by name, what a value without quotes may be; of others, either
 */
public record MembersWriting(
    String empty,
    String open,
    String afterName,
    String between,
    String close,
    Optional<Quotes> strings,
    Values values,
    boolean sorted,
    String marker,
    Map<String, Raw> raw) {

  /** What stands around a string; nothing, where what is behind a value ends it. */
  public record Quotes(String open, String close) {}

  /** How values that are no strings are written. */
  public enum Values {
    /** As JSON. */
    JSON,
    /** As JSON with Python's words: True, False and None. */
    PYTHON,
    /** In this form: in braces with bare names, and in brackets. */
    SAME
  }

  /** How a value without quotes is read. */
  public enum Raw {
    /** It is a string. */
    STRING,
    /** It is JSON, and no string. */
    JSON,
    /** It is JSON if it looks so, else a string. */
    EITHER
  }
}
