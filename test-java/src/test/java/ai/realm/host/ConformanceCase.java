package ai.realm.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.ErrorCode;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs one case of resources/conformance, whose README describes the data. */
final class ConformanceCase {
  static final Map<String, HostFunction> FUNCTIONS = new HashMap<>();

  static {
    for (HostFunction function : HostFunction.values()) {
      FUNCTIONS.put(function.importName(), function);
    }
  }

  private static final String DEFAULT_GUEST = "a";
  private static final int DEFAULT_PAGES = 4;

  private final JsonObject description;
  private final CaseData data;
  private final CaseBridge.Opener bridges;
  private final Host host;
  private final List<Integer> models = new ArrayList<>();
  private final Map<String, CaseGuest> guests = new LinkedHashMap<>();

  ConformanceCase(JsonObject description, CaseData data, CaseBridge.Opener bridges) {
    this.description = description;
    this.data = data;
    this.bridges = bridges;
    JsonObject options = object(description, "host");
    // Nothing is read ahead: then all that is held at the end is a leak.
    this.host = new Host(new HostOptions(number(options, "storageBytes"), 1 << 20, false, 1));
  }

  /** Runs it; models that have to be files are written to {@code folder}. */
  void run(Path folder) throws IOException {
    try {
      for (JsonElement model : array(description, "models")) {
        store(model.getAsJsonObject(), folder);
      }
      JsonObject described = object(description, "guests");
      if (described.isEmpty()) {
        described.add(DEFAULT_GUEST, new JsonObject());
      }
      for (String name : described.keySet()) {
        guests.put(name, guest(described.getAsJsonObject(name)));
      }
      if (description.has("random")) {
        new RandomCalls(description.getAsJsonObject("random"), guests.get(DEFAULT_GUEST)).run();
        steps(description.getAsJsonArray("then"));
      } else {
        steps(description.getAsJsonArray("steps"));
      }
    } finally {
      guests.values().forEach(CaseGuest::close);
      host.app().close();
    }
    assertEquals(0, host.contents().size(), "models are held after the end");
    assertEquals(0, host.contents().copiedBytes());
    assertEquals(0, host.tensors().bytes());
  }

  private void store(JsonObject model, Path folder) throws IOException {
    int id = model.get("id").getAsInt();
    Path file = folder.resolve(id + ".gguf");
    Files.write(file, data.bytes(model));
    if (model.has("zeros")) {
      try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
        sparse.setLength(sparse.length() + model.get("zeros").getAsLong());
      }
    }
    models.add(host.app().storeModel(file, id));
  }

  private CaseGuest guest(JsonObject description) {
    List<Integer> granted =
        description.has("models")
            ? description.getAsJsonArray("models").asList().stream()
                .map(JsonElement::getAsInt)
                .toList()
            : models;
    Grants grants =
        new Grants(
            granted,
            number(description, "maxTokens"),
            (int) Math.min(Integer.MAX_VALUE, number(description, "maxSessions")),
            number(description, "maxBytes"));
    int pages = description.has("pages") ? description.get("pages").getAsInt() : DEFAULT_PAGES;
    return new CaseGuest(host.guest(grants), pages, bridges);
  }

  private void steps(JsonArray steps) {
    for (JsonElement element : steps) {
      JsonObject step = element.getAsJsonObject();
      CaseGuest guest =
          guests.get(step.has("guest") ? step.get("guest").getAsString() : DEFAULT_GUEST);
      if (step.has("call")) {
        call(step, guest);
      } else if (step.has("write")) {
        write(step.getAsJsonArray("write"), guest);
      } else if (step.has("grow")) {
        guest.bridge.grow(step.get("grow").getAsInt());
      } else {
        app(step, guest);
      }
    }
  }

  private void app(JsonObject step, CaseGuest guest) {
    switch (step.get("app").getAsString()) {
      case "closeGuest" -> guest.tenant.close();
      case "cancel" -> guest.tenant.cancel();
      case "removeModel" -> host.app().removeModel(step.get("id").getAsInt());
      default -> throw new IllegalArgumentException("no step: " + step);
    }
  }

  private void write(JsonArray regions, CaseGuest guest) {
    for (JsonElement element : regions) {
      JsonObject region = element.getAsJsonObject();
      long at = guest.number(region.getAsJsonPrimitive("at"));
      byte[] bytes = data.bytes(region);
      guest.bridge.write(at, bytes);
      if (region.has("name")) {
        guest.region(region.get("name").getAsString(), at, bytes.length);
      }
    }
  }

  private void call(JsonObject step, CaseGuest guest) {
    long[] args =
        step.getAsJsonArray("args").asList().stream()
            .mapToLong(arg -> guest.number(arg.getAsJsonPrimitive()))
            .toArray();
    HostFunction function = FUNCTIONS.get(step.get("call").getAsString());
    byte[] before = guest.bridge.bytes();
    boolean streams = step.has("stream");
    int result;
    if (streams) {
      CaseStream stream = new CaseStream(step.getAsJsonObject("stream"), guest, args, this::steps);
      guest.stream = stream;
      result = guest.bridge.call(function, true, args);
      stream.assertComplete();
    } else {
      result = guest.bridge.call(function, false, args);
    }
    String outcome =
        step + " gave " + result + (result < 0 ? " " + guest.bridge.lastError(streams) : "");
    byte[] after = guest.bridge.bytes();
    // What the memory grew by meanwhile is zeros.
    byte[] expected = Arrays.copyOf(before, after.length);
    if (step.has("error")) {
      ErrorCode code = ErrorCode.valueOf(step.get("error").getAsString());
      assertEquals(code.number(), result, outcome);
      assertEquals(code, guest.bridge.lastError(streams).orElseThrow());
    } else {
      assertReturned(step.get("returns"), result, guest, outcome);
      if (step.has("as")) {
        guest.name(step.get("as").getAsString(), result);
      }
      for (JsonElement region : array(step, "writes")) {
        assertWritten(region.getAsJsonObject(), result, guest, expected, after, outcome);
      }
    }
    assertEquals(-1, Arrays.mismatch(expected, after), "offset of a difference; " + outcome);
  }

  private static void assertReturned(
      JsonElement expected, int result, CaseGuest guest, String outcome) {
    if (expected instanceof JsonObject range) {
      long from = guest.number(range.getAsJsonPrimitive("from"));
      long to = guest.number(range.getAsJsonPrimitive("to"));
      assertTrue(from <= result && result <= to, outcome);
    } else {
      assertEquals(guest.number(expected.getAsJsonPrimitive()), result, outcome);
    }
  }

  /** Puts what the region should hold into {@code expected}; what may differ is checked here. */
  private void assertWritten(
      JsonObject region,
      int result,
      CaseGuest guest,
      byte[] expected,
      byte[] after,
      String outcome) {
    int at = Math.toIntExact(guest.number(region.getAsJsonPrimitive("at")));
    if (region.has("parsed")) {
      String json = new String(after, at, result, StandardCharsets.UTF_8);
      assertEquals(region.get("parsed"), JsonParser.parseString(json), outcome);
      System.arraycopy(after, at, expected, at, result);
      return;
    }
    byte[] bytes = data.bytes(region);
    if (region.has("tolerance")) {
      float tolerance = region.get("tolerance").getAsFloat();
      assertArrayEquals(floats(bytes, 0, bytes.length), floats(after, at, bytes.length), tolerance);
      System.arraycopy(after, at, expected, at, bytes.length);
    } else {
      System.arraycopy(bytes, 0, expected, at, bytes.length);
    }
  }

  private static float[] floats(byte[] bytes, int at, int length) {
    float[] floats = new float[length / Float.BYTES];
    ByteBuffer.wrap(bytes, at, length).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  private static JsonObject object(JsonObject parent, String field) {
    return parent.has(field) ? parent.getAsJsonObject(field) : new JsonObject();
  }

  private static JsonArray array(JsonObject parent, String field) {
    return parent.has(field) ? parent.getAsJsonArray(field) : new JsonArray();
  }

  private static long number(JsonObject parent, String field) {
    return parent.has(field) ? parent.get(field).getAsLong() : Long.MAX_VALUE;
  }
}
