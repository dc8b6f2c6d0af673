package ai.realm.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.realm.error.ErrorCode;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every conformance case, straight through {@link HostFunctions}. */
class ConformanceTest {
  @TempDir Path temporary;

  private static Path folder() {
    try {
      return Path.of(ConformanceTest.class.getResource("/conformance").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<JsonObject> cases() throws IOException {
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
  Stream<DynamicTest> gives() throws IOException {
    CaseData data = new CaseData(folder());
    return cases().stream()
        .map(each ->
            dynamicTest(
                each.get("name").getAsString(),
                () ->
                    new ConformanceCase(each, data)
                        .run(Files.createTempDirectory(temporary, "case"))));
  }

  @Test
  void hasACaseForEachErrorThatAGuestCanMeet() throws IOException {
    Set<ErrorCode> met = EnumSet.noneOf(ErrorCode.class);
    Matcher errors = Pattern.compile("\"error\":\"([A-Z_]+)\"").matcher(cases().toString());
    while (errors.find()) {
      met.add(ErrorCode.valueOf(errors.group(1)));
    }
    Set<ErrorCode> others =
        EnumSet.of(
            // Of files, sources and bridges, which no guest comes near.
            ErrorCode.NOT_FOUND,
            ErrorCode.IO_ERROR,
            ErrorCode.FILE_NOT_FOUND,
            ErrorCode.JAVA_NOT_FOUND,
            ErrorCode.JVM_START_FAILED,
            ErrorCode.ADDON_NOT_FOUND,
            ErrorCode.DOWNLOAD_FAILED,
            ErrorCode.CHECKSUM_MISMATCH,
            ErrorCode.CHAT_TEMPLATE_ERROR,
            // Of guests as a whole, never of a host function.
            ErrorCode.GUEST_ERROR,
            ErrorCode.TIMEOUT,
            ErrorCode.STACK_OVERFLOW,
            // Of a machine without the forced kernels, and of a defect.
            ErrorCode.KERNELS_UNAVAILABLE,
            ErrorCode.INTERNAL);
    assertEquals(EnumSet.complementOf(EnumSet.copyOf(others)), met);
  }

  @Test
  void namesEachCaseOnce() throws IOException {
    Set<String> names = new HashSet<>();
    for (JsonObject each : cases()) {
      assertTrue(names.add(each.get("name").getAsString()), each.get("name").getAsString());
    }
    assertTrue(names.size() >= 150, names.size() + " cases");
  }
}
