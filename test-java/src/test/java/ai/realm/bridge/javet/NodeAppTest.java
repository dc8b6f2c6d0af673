package ai.realm.bridge.javet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.realm.Realm;
import ai.realm.fixture.Rounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Apps write into files: stdout belongs to what runs the tests. */
class NodeAppTest {
  private static final int CYCLES = Rounds.of(100, 1000);

  private static final int PAGE = 4096;

  @TempDir private Path folder;

  @BeforeAll
  static void needsJavet() {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    assumeTrue(system.equals("Linux amd64"), "there is no Javet for " + system);
  }

  private Path script(String code) {
    try {
      return Files.writeString(folder.resolve("app.cjs"), code);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int run(Path script, String... args) {
    try (NodeApp app = Realm.startApp(script, args)) {
      return app.waitFor();
    }
  }

  /** The app writes the file when it has begun. */
  private static void awaitFile(Path file) {
    while (!Files.exists(file)) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | ",
        "4 | process.exitCode = 4",
        "3 | setInterval(Date.now, 1000); setTimeout(() => process.exit(3), 1)",
        "5 | process.on('exit', () => { process.exitCode = 5 })",
        "6 | process.on('uncaughtException', () => process.exit(6)); throw new Error('caught')",
        "1 | process._rawDebug = () => {}; throw new Error('not caught')",
        "1 | process._rawDebug = () => {}; Promise.reject(new Error('not caught'))",
        "2 | process.on('beforeExit', () => { setTimeout(() => process.exit(2), 1) })"
      })
  void endsAsANodeProcess(int exitCode, String code) {
    assertEquals(exitCode, run(script(code == null ? "" : code)));
  }

  @Test
  void getsItsArguments() throws IOException {
    Path app = script("require('fs').writeFileSync(process.argv[2], process.argv[3])");
    Path file = folder.resolve("out.txt");
    assertEquals(0, run(app, file.toString(), "größer 😀"));
    assertEquals("größer 😀", Files.readString(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "setInterval(Date.now, 1000)",
        "for (;;) ;",
        "setTimeout(() => { for (;;) ; }, 0)",
        "Promise.resolve().then(() => { for (;;) ; })",
        "new (require('worker_threads').Worker)('for (;;) ;', { eval: true })"
      })
  void isEndedWhereverItIs(String code) {
    Path begun = folder.resolve("begun");
    String begin = "require('fs').writeFileSync(process.argv[2], '');";
    NodeApp app = Realm.startApp(script(begin + code), begun.toString());
    awaitFile(begun);
    app.close();
    assertEquals(143, app.waitFor());
    app.close();
  }

  @Test
  void runsBesideOthers() {
    Path app = script("setTimeout(() => process.exit(Number(process.argv[2])), 5)");
    List<NodeApp> apps =
        Stream.of("11", "12", "13").map(code -> Realm.startApp(app, code)).toList();
    assertEquals(List.of(11, 12, 13), apps.stream().map(NodeApp::waitFor).toList());
  }

  @Test
  void leavesNothingBehind() throws IOException {
    Path app = script("setTimeout(() => process.exit(Number(process.argv[2])), 0)");
    // Node's threads, and what its first runtimes allocate once.
    for (int i = 0; i < 20; i++) {
      run(app, "1");
    }
    Footprint before = Footprint.now();
    for (int i = 0; i < CYCLES; i++) {
      assertEquals(i % 200, run(app, Integer.toString(i % 200)));
    }
    Footprint after = Footprint.now();
    assertEquals(before.descriptors, after.descriptors);
    assertTrue(after.threads <= before.threads, before + " became " + after);
    // A runtime has about 10 MB: if each hundredth stayed, this would show it.
    long most = CYCLES * 100_000L + (8 << 20);
    assertTrue(after.residentBytes - before.residentBytes < most, before + " became " + after);
  }

  /** What the process has of the system. */
  private record Footprint(int descriptors, int threads, long residentBytes) {
    static Footprint now() throws IOException {
      System.gc();
      String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
      return new Footprint(
          entries("/proc/self/fd"), entries("/proc/self/task"), Long.parseLong(pages[1]) * PAGE);
    }

    private static int entries(String folder) {
      return Path.of(folder).toFile().list().length;
    }
  }
}
