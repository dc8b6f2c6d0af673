package ai.realm.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ErrorDescriptionTest {
  @Test
  void keepsTheCodeAndMessageOfAnEngineException() {
    EngineException failure = new EngineException(ErrorCode.GGUF_INVALID, "no GGUF file");
    assertEquals(
        new ErrorDescription(ErrorCode.GGUF_INVALID, "no GGUF file"), ErrorDescription.of(failure));
  }

  @Test
  void namesTheLackOfMemoryAndWhatToDo() {
    ErrorDescription description = ErrorDescription.of(new OutOfMemoryError("Java heap space"));
    assertEquals(ErrorCode.OUT_OF_MEMORY, description.code());
    assertTrue(description.message().contains("Java heap space"), description.message());
    assertTrue(description.message().contains("REALM_JAVA_OPTIONS"), description.message());
  }

  @Test
  void callsEverythingElseADefectAndNamesItsPlace() {
    ErrorDescription description = ErrorDescription.of(new IllegalStateException("odd"));
    assertEquals(ErrorCode.INTERNAL, description.code());
    assertTrue(
        description.message().contains("java.lang.IllegalStateException: odd at ai.realm."),
        description.message());
  }

  @Test
  void describesAFailureWithoutAStackTrace() {
    StackOverflowError bare = new StackOverflowError();
    bare.setStackTrace(new StackTraceElement[0]);
    assertEquals(
        "a defect of Realm, please report it: java.lang.StackOverflowError",
        ErrorDescription.of(bare).message());
  }
}
