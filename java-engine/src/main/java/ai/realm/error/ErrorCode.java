package ai.realm.error;

/**
 * Every error code of Realm: the one table that Java, the host ABI and JavaScript share. The name
 * is {@code err.code} in JavaScript; the negative number is what a host function returns to a
 * guest. Numbers are never reused.
 */
public enum ErrorCode {
  /** An argument is of the wrong type, out of its range, or unknown. */
  INVALID_ARGUMENT(-1),
  /** A pointer range is not inside the caller's memory. */
  OUT_OF_BOUNDS(-2),
  /** The result is longer than the room that the caller gave; nothing was written. */
  BUFFER_TOO_SMALL(-3),
  /** The result does not fit a signed 32-bit length: ask for ranges. */
  RESULT_TOO_LARGE(-4),
  /** No such thing, or none that the caller was granted. */
  NOT_FOUND(-5),
  /** No model under this id or name. */
  MODEL_NOT_FOUND(-6),
  /** The id already holds other content. */
  MODEL_ID_CONFLICT(-7),
  /** The model has no tensor of this name. */
  TENSOR_NOT_FOUND(-8),
  /** No session under this id. */
  SESSION_NOT_FOUND(-9),
  /** The bytes are no valid GGUF file. */
  GGUF_INVALID(-10),
  /** The GGUF file ends before its contents do. */
  GGUF_TRUNCATED(-11),
  /** The GGUF version is not 2 or 3. */
  GGUF_UNSUPPORTED_VERSION(-12),
  /** A tensor is of a type that the engine does not read. */
  UNSUPPORTED_TYPE(-13),
  /** The model's architecture has no forward pass here. */
  UNSUPPORTED_ARCHITECTURE(-14),
  /** The model's tokenizer is missing, or of an unknown kind. */
  UNSUPPORTED_TOKENIZER(-15),
  /** A key or tensor that the architecture needs is missing or has the wrong shape. */
  MODEL_INVALID(-16),
  /** The prompt does not fit the context. */
  CONTEXT_OVERFLOW(-17),
  /** A token id is outside the vocabulary. */
  TOKEN_OUT_OF_RANGE(-18),
  /** Not enough memory, in the heap or in the host's storage. */
  OUT_OF_MEMORY(-19),
  /** The model, or the guest, was disposed. */
  DISPOSED(-20),
  /** The caller's signal aborted the work. */
  ABORTED(-21),
  /** A file could not be read or written. */
  IO_ERROR(-22),
  /** No file at this path. */
  FILE_NOT_FOUND(-23),
  /** The tenant's quota of tokens, sessions or memory is used up. */
  QUOTA_EXCEEDED(-24),
  /** No Java runtime of the needed version was found. */
  JAVA_NOT_FOUND(-25),
  /** The Java virtual machine did not start. */
  JVM_START_FAILED(-26),
  /** The addon is missing or does not load here. */
  ADDON_NOT_FOUND(-27),
  /** No source could deliver the file. */
  DOWNLOAD_FAILED(-28),
  /** The bytes received are not those that the catalog names. */
  CHECKSUM_MISMATCH(-29),
  /** The chat template cannot be read, or refused the messages. */
  CHAT_TEMPLATE_ERROR(-30),
  /** A kernel provider was forced that this machine cannot run. */
  KERNELS_UNAVAILABLE(-31),
  /** A defect of Realm: please report it. */
  INTERNAL(-32),
  /** The guest's code threw an error, or could not be read. */
  GUEST_ERROR(-33),
  /** The guest ran longer than it may. */
  TIMEOUT(-34),
  /** A guest or a caller recursed deeper than its stack. */
  STACK_OVERFLOW(-35),
  /** The model is made for something else: an encoder makes no text. */
  UNSUPPORTED_OPERATION(-36),
  /** What runs this program, such as an old Node, cannot run Realm. */
  UNSUPPORTED_RUNTIME(-37),
  /** As much work waits for the model as may wait. */
  OVERLOADED(-38),
  /** The work did not end within the time that the caller gave it. */
  DEADLINE_EXCEEDED(-39),
  /** The file is no sequence that this model can go on with. */
  SEQUENCE_INVALID(-40),
  /** A part of a JSON Schema cannot be enforced. */
  SCHEMA_UNSUPPORTED(-41),
  /** No value meets a JSON Schema. */
  SCHEMA_UNSATISFIABLE(-42),
  /** A grammar or a pattern of a format cannot be read, or no text meets it. */
  GRAMMAR_INVALID(-43),
  /** A draft model has other tokens than the model whose texts it is to guess. */
  DRAFT_MISMATCH(-44);

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  /** The number on the wire: negative, stable. */
  public int number() {
    return number;
  }
}
