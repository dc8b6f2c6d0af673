package ai.realm.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The guest's side of {@code realm_stream_token} in one call of a conformance case. */
final class CaseStream implements StreamToken {
  private final JsonObject description;
  private final CaseGuest guest;
  private final Consumer<JsonArray> steps;
  private final List<String> pieces = new ArrayList<>();
  private long next;
  private AssertionError failure;

  CaseStream(JsonObject description, CaseGuest guest, long[] args, Consumer<JsonArray> steps) {
    this.description = description;
    this.guest = guest;
    this.steps = steps;
    this.next = args[5];
  }

  @Override
  public boolean piece(int pointer, int length) {
    try {
      assertEquals(next, Integer.toUnsignedLong(pointer), "where the text so far ends");
      next += length;
      pieces.add(new String(guest.bridge.bytes(), pointer, length, StandardCharsets.UTF_8));
      if (pieces.size() == 1 && description.has("during")) {
        guest.stream = (_, _) -> true;
        steps.accept(description.getAsJsonArray("during"));
        guest.stream = this;
      }
    } catch (AssertionError wrong) {
      failure = wrong; // The host makes a code of what is thrown here.
      return false;
    }
    return !description.has("stopAt") || pieces.size() <= description.get("stopAt").getAsInt();
  }

  void assertComplete() {
    if (failure != null) {
      throw failure;
    }
    if (description.has("pieces")) {
      List<String> expected =
          description.getAsJsonArray("pieces").asList().stream()
              .map(JsonElement::getAsString)
              .toList();
      assertEquals(expected, pieces);
    }
  }
}
