package ai.realm.gguf;

import java.util.Set;

/**
 * The typed key-value pairs of a GGUF file. A present key of another type is {@code GGUF_INVALID},
 * naming it.
 */
public interface GgufMetadata {

  /** All keys, in the file's order. */
  Set<String> keys();

  /**
   * The raw value: a Boolean, Long, ULong-checked Long, Double, String, or a List of one of these;
   * null if absent.
   */
  Object get(String key);

  /** Whether {@code key} is present. */
  boolean has(String key);

  /** The string under {@code key}, or {@code otherwise} if absent. */
  String string(String key, String otherwise);

  /** The integer under {@code key} (any integer type that fits), or {@code otherwise} if absent. */
  long integer(String key, long otherwise);

  /** The number under {@code key} (float or integer), or {@code otherwise} if absent. */
  double number(String key, double otherwise);

  /** The boolean under {@code key}, or {@code otherwise} if absent. */
  boolean bool(String key, boolean otherwise);

  /** The strings under {@code key}, or null if absent. */
  String[] strings(String key);

  /** The numbers under {@code key}, or null if absent. */
  float[] floats(String key);

  /** The integers under {@code key}, or null if absent. */
  int[] integers(String key);
}
