package ai.realm.constraint.json;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;

/** What can be wrong with a schema. */
final class SchemaException {
  private SchemaException() {}

  /** Something at a JSON pointer cannot be enforced. */
  static EngineException unsupported(String pointer, String what, String instead) {
    return new EngineException(
        ErrorCode.SCHEMA_UNSUPPORTED,
        "the schema at %s cannot be enforced: %s; %s".formatted(shown(pointer), what, instead));
  }

  /** Something at a JSON pointer is no schema. */
  static EngineException invalid(String pointer, String found, String expected) {
    return new EngineException(
        ErrorCode.INVALID_ARGUMENT,
        "the schema at %s is %s, expected %s".formatted(shown(pointer), found, expected));
  }

  private static String shown(String pointer) {
    return pointer.isEmpty() ? "its root" : pointer;
  }
}
