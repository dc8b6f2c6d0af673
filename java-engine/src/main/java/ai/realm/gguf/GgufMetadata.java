package ai.realm.gguf;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The typed key-value pairs of a GGUF file. A present key of another type, or a number that does
 * not fit, is {@code GGUF_INVALID}, naming the key. Arrays are read from the file when asked for:
 * each call makes a new one, and none may be asked for once the {@link Gguf} is closed.
 */
public final class GgufMetadata {
  private final Map<String, Object> values;
  private final String source;

  GgufMetadata(Map<String, Object> values, String source) {
    this.values = Collections.unmodifiableMap(values);
    this.source = source;
  }

  /** All keys, in the file's order. */
  public Set<String> keys() {
    return values.keySet();
  }

  /**
   * The raw value: a Boolean, a Long, a BigInteger (an unsigned integer beyond a long), a Double, a
   * String, or a List of these or of Lists; null if absent.
   */
  public Object get(String key) {
    Object value = values.get(key);
    return value instanceof GgufArray array ? array.list() : value;
  }

  /** Whether {@code key} is present. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** Whether {@code key} is present and holds an array. */
  public boolean isArray(String key) {
    return values.get(key) instanceof GgufArray;
  }

  /** The number of elements of the array under {@code key}, or 0 if absent. */
  public int length(String key) {
    GgufArray array = array(key, "an array");
    return array == null ? 0 : array.length();
  }

  /** The string under {@code key}, or {@code otherwise} if absent. */
  public String string(String key, String otherwise) {
    String value = value(key, String.class, "a string");
    return value == null ? otherwise : value;
  }

  /** The integer under {@code key} (any integer type that fits), or {@code otherwise} if absent. */
  public long integer(String key, long otherwise) {
    Long value = value(key, Long.class, "an integer below 2^63");
    return value == null ? otherwise : value;
  }

  /** The number under {@code key} (float or integer), or {@code otherwise} if absent. */
  public double number(String key, double otherwise) {
    Number value = value(key, Number.class, "a number");
    return value == null ? otherwise : value.doubleValue();
  }

  /** The boolean under {@code key}, or {@code otherwise} if absent. */
  public boolean bool(String key, boolean otherwise) {
    Boolean value = value(key, Boolean.class, "a boolean");
    return value == null ? otherwise : value;
  }

  /** The strings under {@code key}, or null if absent. */
  public GgufStrings strings(String key) {
    GgufArray array = array(key, "an array of strings");
    if (array == null) {
      return null;
    }
    if (array.type() != MetadataType.STRING) {
      throw mismatch(key, array, "an array of strings");
    }
    return array.strings();
  }

  /** The numbers under {@code key} (floats or integers), or null if absent. */
  public float[] floats(String key) {
    GgufArray array = array(key, "an array of numbers");
    if (array == null) {
      return null;
    }
    if (array.type() == MetadataType.FLOAT32) {
      return array.floats();
    }
    List<Object> list = array.list();
    float[] out = new float[list.size()];
    for (int i = 0; i < out.length; i++) {
      if (!(list.get(i) instanceof Number value)) {
        throw mismatch(key + "[" + i + "]", list.get(i), "a number");
      }
      out[i] = value.floatValue();
    }
    return out;
  }

  /** The bytes under {@code key}, an array of INT8 or UINT8, or null if absent. */
  public byte[] bytes(String key) {
    GgufArray array = array(key, "an array of bytes");
    if (array == null) {
      return null;
    }
    if (array.type() != MetadataType.INT8 && array.type() != MetadataType.UINT8) {
      throw mismatch(key, array, "an array of bytes");
    }
    return array.octets();
  }

  /** The integers under {@code key} (any integer type, if all fit), or null if absent. */
  public int[] integers(String key) {
    GgufArray array = array(key, "an array of integers");
    if (array == null) {
      return null;
    }
    if (array.type() == MetadataType.INT32) {
      return array.words();
    }
    List<Object> list = array.list();
    int[] out = new int[list.size()];
    for (int i = 0; i < out.length; i++) {
      Object element = list.get(i);
      if (!(element instanceof Long value) || value != value.intValue()) {
        throw mismatch(key + "[" + i + "]", element, "an integer from -2^31 to 2^31-1");
      }
      out[i] = value.intValue();
    }
    return out;
  }

  /** The truth values under {@code key}, or null if absent. */
  public boolean[] bools(String key) {
    GgufArray array = array(key, "an array of truth values");
    if (array == null) {
      return null;
    }
    List<Object> list = array.list();
    boolean[] out = new boolean[list.size()];
    for (int i = 0; i < out.length; i++) {
      if (!(list.get(i) instanceof Boolean value)) {
        throw mismatch(key + "[" + i + "]", list.get(i), "a truth value");
      }
      out[i] = value;
    }
    return out;
  }

  private GgufArray array(String key, String expected) {
    return value(key, GgufArray.class, expected);
  }

  /** The value under {@code key}, or null if absent. */
  private <T> T value(String key, Class<T> type, String expected) {
    Object value = values.get(key);
    if (value != null && !type.isInstance(value)) {
      throw mismatch(key, value, expected);
    }
    return type.cast(value);
  }

  private EngineException mismatch(String key, Object value, String expected) {
    String received =
        switch (value) {
          case String text -> "a string";
          case GgufArray array -> "an array of elements, each " + array.type().words;
          case BigInteger big -> "the integer " + big;
          case Boolean bool -> "a boolean";
          case Long number -> "the integer " + number;
          case List<?> list -> "an array";
          default -> "the number " + value;
        };
    return new EngineException(
        ErrorCode.GGUF_INVALID,
        source + ": key " + Quote.of(key) + ": holds " + received + ", expected " + expected);
  }
}
