package ai.realm.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HostFunctionTest {
  private static final Pattern ROW = Pattern.compile("\\| `(realm_\\w+)` \\| `([^`]+)` \\|.*");

  @Test
  void isWhatTheDocumentationShows() throws IOException {
    List<String> documented = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("../docs/host-functions.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        documented.add(row.group(1) + " " + row.group(2).split(", ").length);
      }
    }
    List<String> functions =
        Arrays.stream(HostFunction.values())
            .map(each -> each.importName() + " " + each.parameters().size())
            .toList();
    assertEquals(documented, functions);
  }

  @Test
  void refusesAnotherNumberOfArguments() {
    Host host = new Host(new HostOptions(0, 0, false, 1));
    try (WasmMemory memory = new WasmMemory(1)) {
      HostFunctions functions = new HostFunctions(host.app(), memory, Optional.empty());
      assertThrows(
          IllegalArgumentException.class, () -> HostFunction.REMOVE_MODEL.call(functions, 1, 2));
    }
  }
}
