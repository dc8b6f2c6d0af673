package ai.realm.guest.graal;

import ai.realm.host.HostFunction;
import ai.realm.host.HostFunctions;
import java.util.List;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * A host function that a guest calls.
 *
 * @param function which
 * @param functions those of the guest
 */
record BoundFunction(HostFunction function, HostFunctions functions) implements ProxyExecutable {
  private static final double TWO_POW_32 = 4294967296.0;

  @Override
  public Object execute(Value... given) {
    List<HostFunction.Parameter> parameters = function.parameters();
    long[] args = new long[parameters.size()];
    for (int i = 0; i < args.length && i < given.length; i++) {
      args[i] = number(given[i]);
    }
    return function.call(functions, args);
  }

  /** As WebAssembly reads what JavaScript passes: modulo 2^32, or modulo 2^64 for a BigInt. */
  private static long number(Value value) {
    if (value.fitsInLong()) {
      return value.asLong();
    }
    if (value.fitsInBigInteger()) {
      return value.asBigInteger().longValue();
    }
    if (!value.fitsInDouble()) {
      return 0;
    }
    double number = value.asDouble();
    return Double.isFinite(number) ? (long) (number % TWO_POW_32) : 0;
  }
}
