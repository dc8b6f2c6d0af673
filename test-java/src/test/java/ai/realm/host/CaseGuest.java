package ai.realm.host;

import com.google.gson.JsonPrimitive;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A guest of a conformance case: its bridge, and what names stand for. */
final class CaseGuest implements AutoCloseable {
  private static final Pattern EXPRESSION =
      Pattern.compile("([a-z]\\w*)(\\.length)?([+-]\\d+)?", Pattern.CASE_INSENSITIVE);

  final Tenant tenant;
  final CaseBridge bridge;

  /** Takes the pieces of the present call. */
  StreamToken stream = (_, _) -> true;

  private final Map<String, Long> names = new HashMap<>();
  private final Map<String, Long> lengths = new HashMap<>();

  CaseGuest(Tenant tenant, int pages, CaseBridge.Opener bridges) {
    this.tenant = tenant;
    this.bridge = bridges.open(tenant, pages, (pointer, length) -> stream.piece(pointer, length));
  }

  void name(String name, long value) {
    names.put(name, value);
  }

  void region(String name, long at, long length) {
    names.put(name, at);
    lengths.put(name, length);
  }

  /** A number of the case; 64 bits unsigned. */
  long number(JsonPrimitive value) {
    if (value.isNumber()) {
      return value.getAsLong();
    }
    String text = value.getAsString();
    if (Character.isDigit(text.charAt(0))) {
      return Long.parseUnsignedLong(text);
    }
    Matcher parts = EXPRESSION.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no number: " + text);
    }
    String name = parts.group(1);
    Long base =
        name.equals("end")
            ? Long.valueOf(bridge.size())
            : (parts.group(2) == null ? names : lengths).get(name);
    if (base == null) {
      throw new IllegalArgumentException("nothing is named so far: " + text);
    }
    return base + (parts.group(3) == null ? 0 : Long.parseLong(parts.group(3)));
  }

  @Override
  public void close() {
    tenant.close();
    bridge.close();
  }
}
