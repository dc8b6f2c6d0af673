package ai.realm.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParseException;
import java.util.List;
import java.util.concurrent.CompletionException;
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
  void findsTheLackOfMemoryThatALibraryHasWrapped() {
    OutOfMemoryError full = new OutOfMemoryError("Java heap space");
    // As Gson does.
    RuntimeException wrapped = new JsonParseException("Failed parsing", full);
    for (Throwable failure :
        List.of(
            wrapped,
            new CompletionException(wrapped),
            new EngineException(ErrorCode.INVALID_ARGUMENT, "it is no JSON", wrapped))) {
      ErrorDescription description = ErrorDescription.of(failure);
      assertEquals(ErrorCode.OUT_OF_MEMORY, description.code());
      assertTrue(description.message().contains("Java heap space"), description.message());
    }
    EngineException said =
        new EngineException(ErrorCode.OUT_OF_MEMORY, "the storage is full", full);
    assertEquals("the storage is full", ErrorDescription.of(said).message());
  }

  @Test
  void findsTheStackThatWasExhausted() {
    StackOverflowError deep = new StackOverflowError();
    for (Throwable failure : List.of(deep, new IllegalStateException("wrapped", deep))) {
      ErrorDescription description = ErrorDescription.of(failure);
      assertEquals(ErrorCode.STACK_OVERFLOW, description.code());
      assertTrue(
          description.message().contains("java.lang.StackOverflowError at ai.realm."),
          description.message());
    }
  }

  @Test
  void endsWhereCausesGoInACircle() {
    Exception first = new IllegalStateException("first");
    first.initCause(new IllegalStateException("second", first));
    assertEquals(ErrorCode.INTERNAL, ErrorDescription.of(first).code());
  }

  @Test
  void describesAFailureWithoutAStackTrace() {
    IllegalStateException bare = new IllegalStateException();
    bare.setStackTrace(new StackTraceElement[0]);
    assertEquals(
        "a defect of Realm, please report it: java.lang.IllegalStateException",
        ErrorDescription.of(bare).message());
  }
}
