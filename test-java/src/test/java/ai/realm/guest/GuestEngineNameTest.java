package ai.realm.guest;

import static ai.realm.guest.GuestFixture.assertCode;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.ErrorCode;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Engines from the class path, and from jars beside it. */
class GuestEngineNameTest {
  /** GraalVM's jars, as the build has fetched them. */
  private static List<Path> jars() {
    List<Path> jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.contains("graalvm"))
            .map(Path::of)
            .toList();
    assertTrue(jars.size() > 3, jars.toString());
    return jars;
  }

  @Test
  void runsAnEngineFromItsJars() {
    GuestCode.Engine engine = GuestEngineName.GRAALJS.load(jars());
    assertNotSame(GuestEngineName.class.getClassLoader(), engine.getClass().getClassLoader());
    try (GuestFixture fixture = new GuestFixture()) {
      GuestLimits limits = GuestLimits.defaults();
      GuestHost host =
          new GuestHost(
              fixture.host.guest(GuestFixture.granted(3)),
              List.of(GuestFixture.MODEL),
              new VerbatimPrompts(),
              limits.memoryBytes());
      byte[] source =
          "const run = () => realm.models[0].tokenize('the')".getBytes(StandardCharsets.UTF_8);
      try (Guest guest = Guest.open(engine, source, host, limits)) {
        assertEquals("[285]", guest.call("run", "[]"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void isLoadedOnce(GuestEngineName name) {
    assertSame(name.load(), name.load());
    assertSame(name.load(jars()), name.load(jars()));
    assertNotSame(name.load(), name.load(jars()));
  }

  @Test
  void saysWhatIsMissing() {
    assertCode(
        ErrorCode.FILE_NOT_FOUND,
        () -> GuestEngineName.GRAALJS.load(List.of(Path.of("no such.jar"))));
  }
}
