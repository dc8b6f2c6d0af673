package ai.realm.bridge.javet;

import ai.realm.error.ErrorDescription;
import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.interop.NodeRuntime;
import com.caoccao.javet.interop.callback.IJavetDirectCallable;
import com.caoccao.javet.interop.callback.JavetCallbackContext;
import com.caoccao.javet.interop.callback.JavetCallbackType;
import com.caoccao.javet.values.V8Value;
import com.caoccao.javet.values.primitive.V8ValuePrimitive;
import com.caoccao.javet.values.primitive.V8ValueString;
import com.caoccao.javet.values.reference.V8ValueArray;
import com.caoccao.javet.values.reference.V8ValueArrayBuffer;
import com.caoccao.javet.values.reference.V8ValueFunction;
import com.caoccao.javet.values.reference.V8ValueObject;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The functions that {@code boot.js} calls. One that fails answers with an array {@code [code,
 * message]}: an exception would arrive without its code.
 */
final class JavaFunctions {
  /** What goes before the arguments of a host function. */
  private static final int HOST_ARGUMENTS = 6;

  private final NodeRuntime node;
  private final JavetJobs jobs;
  private final EventQueue events;
  private final IntConsumer exit;
  private final List<JavetCallbackContext> bound = new ArrayList<>();

  /**
   * The functions of one app.
   *
   * @param exit ends the app with an exit code
   */
  JavaFunctions(NodeRuntime node, JavetJobs jobs, EventQueue events, IntConsumer exit) {
    this.node = node;
    this.jobs = jobs;
    this.events = events;
    this.exit = exit;
  }

  /** Makes each a function of {@code target}. */
  void bindTo(V8ValueObject target) throws JavetException {
    bind(target, "start", _ -> number(jobs.start()));
    bind(target, "call", this::call);
    bind(target, "open", this::open);
    bind(target, "hostCall", this::hostCall);
    bind(target, "take", this::take);
    bind(target, "cancel", this::cancel);
    bind(target, "takeEvents", _ -> text(events.take()));
    bind(target, "exit", this::exit);
  }

  private void bind(
      V8ValueObject target,
      String name,
      IJavetDirectCallable.NoThisAndResult<RuntimeException> function)
      throws JavetException {
    IJavetDirectCallable.NoThisAndResult<JavetException> answer =
        args -> {
          try {
            return function.call(args);
          } catch (Throwable failure) {
            return failed(failure);
          }
        };
    JavetCallbackType type = JavetCallbackType.DirectCallNoThisAndResult;
    JavetCallbackContext context = new JavetCallbackContext(name, this, type, answer);
    target.bindFunction(context);
    bound.add(context);
  }

  /** Forgets the functions: Javet would only when V8 has collected them, and warn at its end. */
  void unbind() {
    bound.forEach(context -> node.removeCallbackContext(context.getHandle()));
  }

  /** {@code (method, json, buffer, offset, length)}; see {@link BytesOfBuffer}. */
  private V8Value call(V8Value... args) throws JavetException {
    MemorySegment view = BytesOfBuffer.in(args, 2);
    return text(jobs.call(string(args[0]), string(args[1]), view));
  }

  /** {@code (method, json, buffer, offset, length)}. */
  private V8Value open(V8Value... args) throws JavetException {
    MemorySegment input = BytesOfBuffer.in(args, 2);
    return number(jobs.open(string(args[0]), string(args[1]), input));
  }

  /** {@code (guest, function, buffer, offset, length, stream, ...arguments)}. */
  private V8Value hostCall(V8Value... args) throws JavetException {
    V8Value stream = args[5];
    JavetGuest caller = new JavetGuest(BytesOfBuffer.in(args, 2), stream);
    long[] given = new long[args.length - HOST_ARGUMENTS];
    for (int i = 0; i < given.length; i++) {
      given[i] = integer(args[HOST_ARGUMENTS + i]);
    }
    boolean streaming = stream instanceof V8ValueFunction;
    return node.createV8ValueInteger(
        jobs.hostCall(integer(args[0]), (int) integer(args[1]), caller, streaming, given));
  }

  /** {@code (ticket)}; a copy, since V8 would not tell when it has done with Java's memory. */
  private V8Value take(V8Value... args) throws JavetException {
    long ticket = integer(args[0]);
    MemorySegment memory = jobs.take(ticket);
    try {
      V8ValueArrayBuffer copy = node.createV8ValueArrayBuffer(Math.toIntExact(memory.byteSize()));
      MemorySegment.ofBuffer(copy.getByteBuffer()).copyFrom(memory);
      return copy;
    } finally {
      jobs.release(ticket);
    }
  }

  private V8Value cancel(V8Value... args) throws JavetException {
    jobs.cancel(integer(args[0]));
    return node.createV8ValueUndefined();
  }

  private V8Value exit(V8Value... args) throws JavetException {
    exit.accept((int) integer(args[0]));
    return node.createV8ValueUndefined();
  }

  /** An array with one element: why it failed. */
  private V8Value failed(Throwable failure) throws JavetException {
    ErrorDescription description = ErrorDescription.of(failure);
    V8ValueArray error = node.createV8ValueArray();
    error.push(description.code().name(), description.message());
    return error;
  }

  private V8Value text(String text) throws JavetException {
    return node.createV8ValueString(text);
  }

  /** A number of JavaScript; a Java long would become a BigInt. */
  private V8Value number(long value) throws JavetException {
    return node.createV8ValueDouble((double) value);
  }

  private static String string(V8Value value) {
    return ((V8ValueString) value).getValue();
  }

  /** Of a number or a BigInt, modulo 2^64. */
  private static long integer(V8Value value) throws JavetException {
    return ((V8ValuePrimitive<?>) value).asLong();
  }
}
