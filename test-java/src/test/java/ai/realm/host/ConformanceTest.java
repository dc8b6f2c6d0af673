package ai.realm.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.ErrorCode;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every conformance case, straight through {@link HostFunctions}. */
class ConformanceTest extends ConformanceSuite {
  @Override
  protected CaseBridge open(Tenant tenant, int pages, StreamToken pieces) {
    return new DirectBridge(tenant, pages, pieces);
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
            // Of encoders, which no case stores.
            ErrorCode.UNSUPPORTED_OPERATION,
            // Of models that an app loaded with a bound on what waits; the cases store theirs.
            ErrorCode.OVERLOADED,
            // Of what the app's own API alone takes: deadlines, saved sequences, formats, another
            // Node.
            ErrorCode.DEADLINE_EXCEEDED,
            ErrorCode.SEQUENCE_INVALID,
            ErrorCode.SCHEMA_UNSUPPORTED,
            ErrorCode.SCHEMA_UNSATISFIABLE,
            ErrorCode.GRAMMAR_INVALID,
            ErrorCode.DRAFT_MISMATCH,
            ErrorCode.UNSUPPORTED_RUNTIME,
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
