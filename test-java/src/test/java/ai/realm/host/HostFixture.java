package ai.realm.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** What tests of a host share: a tiny model, and grants. */
final class HostFixture {
  /** llama.cpp's greedy text for {@code the cea}. */
  static final String TEXT = "khep té theerapé中bpnlyed tinanvwhe";

  private HostFixture() {}

  static Path tiny() {
    try {
      return Path.of(HostFixture.class.getResource("/conformance/models/tiny.gguf").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonObject greedy(int tokens) {
    return JsonParser.parseString("{\"maxTokens\":" + tokens + ",\"temperature\":0}")
        .getAsJsonObject();
  }

  static Grants models(int... ids) {
    Grants all = Grants.unlimited();
    List<Integer> granted = Arrays.stream(ids).boxed().toList();
    return new Grants(granted, all.maxTokens(), all.maxSessions(), all.maxBytes());
  }

  static void assertCode(ErrorCode code, Executable call) {
    assertEquals(code, assertThrows(EngineException.class, call).code());
  }
}
