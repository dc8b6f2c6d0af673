package ai.realm.constraint.json;

import ai.realm.constraint.json.Facts.Claim;
import ai.realm.constraint.regex.Regex;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.Set;
import java.util.function.Supplier;

/** What can be wrong with a schema. */
final class SchemaException {
  private SchemaException() {}

  /** Something at a JSON pointer cannot be enforced. */
  static EngineException unsupported(String pointer, String what, String instead) {
    return new EngineException(
        ErrorCode.SCHEMA_UNSUPPORTED,
        "the schema at %s cannot be enforced: %s; %s".formatted(shown(pointer), what, instead));
  }

  /** Something that cannot be enforced, found where nobody knows of which schema it is. */
  static final class UnplacedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String instead;

    UnplacedException(String what, String instead) {
      super(what);
      this.instead = instead;
    }
  }

  /**
   * Does what concerns the values of some claims; what of them cannot be enforced is refused with
   * the pointer of the first schema among them.
   */
  static <T> T of(Set<Claim> claims, Supplier<T> step) {
    try {
      return step.get();
    } catch (UnplacedException e) {
      throw unsupported(pointer(claims), e.getMessage(), e.instead);
    } catch (Regex.TooComplexException e) {
      throw unsupported(
          pointer(claims), "its patterns together have " + e.getMessage(), "use simpler patterns");
    }
  }

  private static String pointer(Set<Claim> claims) {
    return claims.stream()
        .map(claim -> claim.schema().pointer())
        .filter(pointer -> !SchemaDocument.isAdopted(pointer))
        .findFirst()
        .orElse("");
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
