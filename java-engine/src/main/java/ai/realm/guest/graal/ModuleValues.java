package ai.realm.guest.graal;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.host.GuestMemory;
import ai.realm.json.Arguments;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.graalvm.polyglot.Value;

/**
 * Carries JSON values into a WebAssembly module and out of it. A number is a number. Any other
 * argument is written as JSON, in UTF-8, into memory that the module gives by {@code
 * realm_allocate(length)}, and takes the place of two parameters: a pointer and a length. A result
 * of type i64 is such a text: {@code pointer << 32 | length}.
 */
final class ModuleValues {
  private static final Gson STRICT =
      new GsonBuilder().setStrictness(Strictness.STRICT).serializeNulls().create();

  private static final double TWO_POW_32 = 4294967296.0;
  private static final String ALLOCATE = "realm_allocate";

  private final Value exports;
  private final GuestMemory memory;

  ModuleValues(Value exports, GuestMemory memory) {
    this.exports = exports;
    this.memory = memory;
  }

  /**
   * The parameters for a JSON array.
   *
   * @param types of the parameters of {@code function}
   * @throws EngineException {@code INVALID_ARGUMENT} if they are not of these types
   */
  Object[] read(String function, List<WasmModule.Type> types, String arguments) {
    List<Object> parameters = new ArrayList<>();
    for (JsonElement argument : JsonParser.parseString(arguments).getAsJsonArray()) {
      if (Arguments.isNumber(argument)) {
        parameters.add(argument.getAsDouble());
      } else {
        byte[] text = argument.toString().getBytes(StandardCharsets.UTF_8);
        parameters.add((double) Integer.toUnsignedLong(allocate(text)));
        parameters.add((double) text.length);
      }
    }
    if (parameters.size() != types.size()) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "the guest's function "
              + function
              + " takes "
              + types.size()
              + " parameters, and was given "
              + parameters.size());
    }
    for (int i = 0; i < types.size(); i++) {
      parameters.set(i, number(function, types.get(i), (double) parameters.get(i)));
    }
    return parameters.toArray();
  }

  /** A result that is no text: a number, none, or several in an array. */
  String write(Value result) {
    if (result.hasArrayElements()) {
      JsonArray several = new JsonArray();
      for (long i = 0; i < result.getArraySize(); i++) {
        several.add(JsonParser.parseString(write(result.getArrayElement(i))));
      }
      return several.toString();
    }
    if (result.fitsInLong()) {
      return Long.toString(result.asLong());
    }
    if (!result.fitsInDouble()) {
      return "null";
    }
    double number = result.asDouble();
    // As JSON.stringify writes what JSON has no text for.
    return Double.isFinite(number) ? new JsonPrimitive(number).toString() : "null";
  }

  /** The JSON value whose text lies at the pointer in the high half of {@code place}. */
  String text(long place) {
    long pointer = place >>> Integer.SIZE;
    long length = Integer.toUnsignedLong((int) place);
    if (pointer + length > memory.size()) {
      throw new EngineException(
          ErrorCode.OUT_OF_BOUNDS,
          "the guest's result has "
              + length
              + " bytes from offset "
              + pointer
              + " on, and its memory has "
              + memory.size());
    }
    if (length == 0) {
      return "null";
    }
    byte[] bytes = memory.read(pointer, length).toArray(ValueLayout.JAVA_BYTE);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return STRICT.fromJson(text, JsonElement.class).toString();
    } catch (CharacterCodingException | JsonParseException invalid) {
      throw new EngineException(
          ErrorCode.GUEST_ERROR, "the guest's result is no JSON: " + invalid.getMessage(), invalid);
    }
  }

  private int allocate(byte[] text) {
    Value allocate = exports.getMember(ALLOCATE);
    if (allocate == null || !allocate.canExecute()) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          "the arguments are not all numbers; export "
              + ALLOCATE
              + "(length) from the module to take other values");
    }
    int pointer = allocate.execute(text.length).asInt();
    long start = Integer.toUnsignedLong(pointer);
    if (start + text.length > memory.size()) {
      throw new EngineException(
          ErrorCode.OUT_OF_BOUNDS,
          ALLOCATE + "(" + text.length + ") gave " + start + ", which is beyond the memory");
    }
    memory.write(start, text.length, to -> to.copyFrom(MemorySegment.ofArray(text)));
    return pointer;
  }

  /** An integer is taken modulo 2^32, as JavaScript passes it. */
  private static Object number(String function, WasmModule.Type type, double value) {
    return switch (type) {
      case I32 -> (int) (long) (value % TWO_POW_32);
      case F32 -> (float) value;
      case F64 -> value;
      case I64, OTHER ->
          throw new EngineException(
              ErrorCode.INVALID_ARGUMENT,
              "the guest's function "
                  + function
                  + " has a parameter of type "
                  + type
                  + "; JSON has no value for it: let it take an i32, f32 or f64");
    };
  }
}
