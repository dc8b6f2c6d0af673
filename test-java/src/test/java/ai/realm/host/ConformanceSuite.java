package ai.realm.host;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every conformance case, through the bridge that a subclass opens. */
public abstract class ConformanceSuite {
  @TempDir Path temporary;

  private static Path folder() {
    try {
      return Path.of(ConformanceSuite.class.getResource("/conformance").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<JsonObject> cases() throws IOException {
    List<JsonObject> cases = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder().resolve("cases"))) {
      for (Path file : files.sorted().toList()) {
        JsonObject content = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        for (JsonElement each : content.getAsJsonArray("cases")) {
          cases.add(each.getAsJsonObject());
        }
      }
    }
    return cases;
  }

  @TestFactory
  protected Stream<DynamicTest> gives() throws IOException {
    CaseData data = new CaseData(folder());
    return cases().stream()
        .map(each ->
            dynamicTest(
                each.get("name").getAsString(),
                () ->
                    new ConformanceCase(each, data, this::open)
                        .run(Files.createTempDirectory(temporary, "case"))));
  }

  /** See {@link CaseBridge.Opener#open}. */
  protected abstract CaseBridge open(Tenant tenant, int pages, StreamToken pieces);
}
