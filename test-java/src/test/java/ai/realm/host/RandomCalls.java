package ai.realm.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.ErrorCode;
import ai.realm.fixture.Rounds;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Calls with random arguments, as resources/conformance/README.md describes them. */
final class RandomCalls {
  private static final Set<Integer> CODES =
      Arrays.stream(ErrorCode.values()).map(ErrorCode::number).collect(Collectors.toSet());

  /** These take the id of what they end, which shall live through most of the calls. */
  private static final Set<HostFunction> ENDING =
      EnumSet.of(HostFunction.REMOVE_MODEL, HostFunction.CLOSE_SESSION);

  private final int calls;
  private final CaseGuest guest;
  private final List<HostFunction> functions;
  private int state;

  RandomCalls(JsonObject description, CaseGuest guest) {
    this.calls =
        Rounds.of(description.get("calls").getAsInt(), description.get("thoroughCalls").getAsInt());
    this.state = (int) description.get("seed").getAsLong();
    this.guest = guest;
    this.functions =
        description.getAsJsonArray("functions").asList().stream()
            .map(name -> ConformanceCase.FUNCTIONS.get(name.getAsString()))
            .toList();
  }

  void run() {
    assertEquals(EnumSet.allOf(HostFunction.class), EnumSet.copyOf(functions));
    for (int call = 0; call < calls; call++) {
      HostFunction function = functions.get((int) below(functions.size()));
      long[] args = new long[function.parameters().size()];
      for (int i = 0; i < args.length; i++) {
        args[i] = i == 0 ? first(function) : argument();
        if (function.parameters().get(i) == HostFunction.Parameter.I64 && below(2) == 1) {
          args[i] |= next() << 32;
        }
      }
      String what = call + ": " + function.importName() + Arrays.toString(args);
      byte[] before = guest.bridge.bytes();
      int result = guest.bridge.call(function, false, args);
      if (result < 0) {
        assertTrue(CODES.contains(result), what);
        assertTrue(result != ErrorCode.INTERNAL.number(), what);
        assertEquals(-1, Arrays.mismatch(before, guest.bridge.bytes()), what);
      }
    }
  }

  private long first(HostFunction function) {
    if (ENDING.contains(function)) {
      return next();
    }
    return switch ((int) below(4)) {
      case 0, 1 -> 7;
      case 2 -> 1;
      default -> next();
    };
  }

  private long argument() {
    long size = guest.bridge.size();
    return switch ((int) below(8)) {
      case 0 -> 0;
      case 1 -> below(256);
      case 2 -> size - below(64);
      case 3 -> size + below(64);
      case 4 -> 0xFFFF_FFFFL - below(64);
      case 5 -> below(size);
      case 6 -> 0x7FFF_FFFFL + below(3);
      default -> next();
    };
  }

  private long below(long bound) {
    return next() % bound;
  }

  /** Marsaglia's xorshift of 32 bits, unsigned. */
  private long next() {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Integer.toUnsignedLong(state);
  }
}
