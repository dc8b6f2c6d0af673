package ai.realm.host;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.StreamSupport;

/** The bytes that a conformance case describes; see resources/conformance/README.md. */
final class CaseData {
  private final Path folder;

  /** Files of the cases are found from {@code folder}. */
  CaseData(Path folder) {
    this.folder = folder;
  }

  /** The bytes that {@code description} has one field for. */
  byte[] bytes(JsonObject description) {
    byte[] bytes = plain(description);
    if (description.has("patch")) {
      for (JsonElement element : description.getAsJsonArray("patch")) {
        JsonObject patch = element.getAsJsonObject();
        byte[] instead = plain(patch);
        System.arraycopy(instead, 0, bytes, patch.get("at").getAsInt(), instead.length);
      }
    }
    return bytes;
  }

  private byte[] plain(JsonObject description) {
    if (description.has("utf8")) {
      return description.get("utf8").getAsString().getBytes(StandardCharsets.UTF_8);
    }
    if (description.has("json")) {
      return description.get("json").toString().getBytes(StandardCharsets.UTF_8);
    }
    if (description.has("base64")) {
      return Base64.getDecoder().decode(description.get("base64").getAsString());
    }
    if (description.has("u8")) {
      return numbers(description.getAsJsonArray("u8"), 1, (b, e) -> b.put((byte) e.getAsInt()));
    }
    if (description.has("u32")) {
      return numbers(description.getAsJsonArray("u32"), 4, (b, e) -> b.putInt((int) e.getAsLong()));
    }
    if (description.has("u64")) {
      return numbers(
          description.getAsJsonArray("u64"),
          8,
          (b, e) -> b.putLong(Long.parseUnsignedLong(e.getAsString())));
    }
    if (description.has("f32")) {
      return numbers(description.getAsJsonArray("f32"), 4, (b, e) -> b.putFloat(e.getAsFloat()));
    }
    if (description.has("repeat")) {
      JsonObject repeat = description.getAsJsonObject("repeat");
      byte[] unit = plain(repeat);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int i = 0; i < repeat.get("times").getAsInt(); i++) {
        out.writeBytes(unit);
      }
      return out.toByteArray();
    }
    if (description.has("file")) {
      return file(description);
    }
    throw new IllegalArgumentException("no data in " + description);
  }

  private byte[] file(JsonObject description) {
    byte[] all;
    try {
      all = Files.readAllBytes(folder.resolve(description.get("file").getAsString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int from = description.has("from") ? description.get("from").getAsInt() : 0;
    int bytes = description.has("bytes") ? description.get("bytes").getAsInt() : all.length - from;
    return Arrays.copyOfRange(all, from, from + bytes);
  }

  @FunctionalInterface
  private interface Put {
    void put(ByteBuffer buffer, JsonElement value);
  }

  private static byte[] numbers(JsonArray values, int size, Put put) {
    ByteBuffer buffer = ByteBuffer.allocate(values.size() * size).order(ByteOrder.LITTLE_ENDIAN);
    StreamSupport.stream(values.spliterator(), false).forEach(value -> put.put(buffer, value));
    return buffer.array();
  }
}
