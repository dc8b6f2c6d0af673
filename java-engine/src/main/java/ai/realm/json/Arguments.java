package ai.realm.json;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The fields of a JSON object, read strictly: each by its type and range, and {@link #end} refuses
 * those that nobody read. Every failure is {@code INVALID_ARGUMENT} and names the field.
 */
public final class Arguments {
  /** Above this, a JavaScript number is no exact integer. */
  public static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

  private final String name;
  private final JsonObject object;
  private final Set<String> read = new HashSet<>();

  /** The fields of {@code object}, which is called {@code name} in messages. */
  public Arguments(String name, JsonObject object) {
    this.name = name;
    this.object = object;
  }

  /** Whether there is such a field. */
  public boolean has(String field) {
    return object.has(field);
  }

  /** All names of fields. */
  public Set<String> fields() {
    return object.keySet();
  }

  /** A string. */
  public String text(String field) {
    return text(name + "." + field, take(field));
  }

  /** True or false. */
  public boolean flag(String field) {
    JsonElement value = take(field);
    if (!(value instanceof JsonPrimitive primitive) || !primitive.isBoolean()) {
      throw refused(name + "." + field, value, "true or false");
    }
    return primitive.getAsBoolean();
  }

  /** A number. */
  public double number(String field) {
    JsonElement value = take(field);
    if (!isNumber(value)) {
      throw refused(name + "." + field, value, "a number");
    }
    return value.getAsDouble();
  }

  /** An integer from {@code least} to {@code most}, of which neither is beyond a safe integer. */
  public long integer(String field, long least, long most) {
    return integer(name + "." + field, take(field), least, most);
  }

  /** The id of a stored model or of a session: a positive 32-bit integer. */
  public int id(String field) {
    return (int) integer(field, 1, Integer.MAX_VALUE);
  }

  /** A path of this system. */
  public Path path(String field) {
    JsonElement value = take(field);
    String path = text(name + "." + field, value);
    try {
      return Path.of(path);
    } catch (InvalidPathException invalid) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          name + "." + field + " is no path of this system: " + invalid.getMessage(),
          invalid);
    }
  }

  /** An integer from {@code least} to {@code most}, or empty if the field is absent. */
  public OptionalInt optionalInteger(String field, int least, int most) {
    return has(field) ? OptionalInt.of((int) integer(field, least, most)) : OptionalInt.empty();
  }

  /** True or false, or {@code otherwise} if the field is absent. */
  public boolean optionalFlag(String field, boolean otherwise) {
    return has(field) ? flag(field) : otherwise;
  }

  /** An array of integers that fit an int. */
  public int[] ints(String field) {
    return ints(name + "." + field, take(field));
  }

  /** An array of integers, each as {@link #integer}. */
  public long[] integers(String field, long least, long most) {
    String what = name + "." + field;
    JsonArray array = array(what, take(field));
    long[] integers = new long[array.size()];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = integer(what + "[" + i + "]", array.get(i), least, most);
    }
    return integers;
  }

  /** An array of arrays of integers that fit an int. */
  public List<int[]> intLists(String field) {
    List<int[]> lists = new ArrayList<>();
    for (JsonElement element : array(name + "." + field, take(field))) {
      lists.add(ints(name + "." + field + "[" + lists.size() + "]", element));
    }
    return lists;
  }

  /** An array of strings. */
  public List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    for (JsonElement element : array(name + "." + field, take(field))) {
      texts.add(text(name + "." + field + "[" + texts.size() + "]", element));
    }
    return texts;
  }

  /** An object. */
  public Arguments object(String field) {
    return object(name + "." + field, take(field));
  }

  /** An array of objects. */
  public List<Arguments> objects(String field) {
    List<Arguments> objects = new ArrayList<>();
    for (JsonElement element : array(name + "." + field, take(field))) {
      objects.add(object(name + "." + field + "[" + objects.size() + "]", element));
    }
    return objects;
  }

  /** A field's value that is one of several types; see {@link #refused}. */
  public JsonElement take(String field) {
    JsonElement value = object.get(field);
    if (value == null) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, name + " has no " + field + "; it must have one");
    }
    read.add(field);
    return value;
  }

  /** Refuses all fields that nobody has read. */
  public void end() {
    for (String field : object.keySet()) {
      if (!read.contains(field)) {
        throw new EngineException(
            ErrorCode.INVALID_ARGUMENT,
            name + " has the field " + field + ", which is unknown; leave it out");
      }
    }
  }

  /** Whether {@code value} is a number. */
  public static boolean isNumber(JsonElement value) {
    return value instanceof JsonPrimitive primitive && primitive.isNumber();
  }

  /** The error for a value of the wrong kind, shown in short. */
  public static EngineException refused(String what, JsonElement value, String expected) {
    String received = value.toString();
    return new EngineException(
        ErrorCode.INVALID_ARGUMENT,
        what
            + " is "
            + (received.length() > 60 ? received.substring(0, 60) + "..." : received)
            + "; it must be "
            + expected);
  }

  private static String text(String what, JsonElement value) {
    if (!(value instanceof JsonPrimitive primitive) || !primitive.isString()) {
      throw refused(what, value, "a string");
    }
    return primitive.getAsString();
  }

  private static Arguments object(String what, JsonElement value) {
    if (!(value instanceof JsonObject inner)) {
      throw refused(what, value, "an object");
    }
    return new Arguments(what, inner);
  }

  private static JsonArray array(String what, JsonElement value) {
    if (!(value instanceof JsonArray array)) {
      throw refused(what, value, "an array");
    }
    return array;
  }

  private static int[] ints(String what, JsonElement value) {
    JsonArray array = array(what, value);
    int[] ints = new int[array.size()];
    for (int i = 0; i < ints.length; i++) {
      JsonElement element = array.get(i);
      if (!isNumber(element) || element.getAsDouble() != (int) element.getAsDouble()) {
        throw refused(what + "[" + i + "]", element, "an integer that fits 32 bits");
      }
      ints[i] = (int) element.getAsDouble();
    }
    return ints;
  }

  private static long integer(String what, JsonElement value, long least, long most) {
    double number = isNumber(value) ? value.getAsDouble() : Double.NaN;
    if (number != Math.rint(number) || !(number >= least && number <= most)) {
      throw refused(what, value, "an integer from " + least + " to " + most);
    }
    return (long) number;
  }
}
