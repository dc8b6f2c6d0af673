package ai.realm.engine;

import static ai.realm.engine.EngineFixture.greedy;
import static ai.realm.engine.EngineFixture.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Overcommit;
import ai.realm.model.cache.CacheOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SharedModelsTest {
  private static final CacheOptions CACHE = CacheOptions.of(KvFormat.F16);
  private static final int[] PROMPT = {3, 4, 5};

  private final SharedModels models = new SharedModels();

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void writeModel() throws IOException {
    file = folder.resolve("model.gguf");
    writeTiny();
  }

  private void writeTiny() throws IOException {
    try (InputStream tiny = getClass().getResourceAsStream("/conformance/models/tiny.gguf")) {
      Files.copy(tiny, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private LoadedModel load(Path path) {
    return models.load(
        path, Optional.empty(), OptionalInt.empty(), 1, CACHE, Places.DEFAULT, Overcommit.REFUSED);
  }

  @Test
  void givesTheSameWeightsForTheSameFileWhateverPathLeadsToIt() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link.gguf"), file);
    try (LoadedModel first = load(file);
        LoadedModel second = load(link)) {
      assertNotSame(first, second);
      assertSame(first.encoder(), second.encoder());
      assertSame(first.file(), second.file());
      assertSame(first.scheduler(), second.scheduler());
    }
  }

  @Test
  void eachIsClosedByItselfAndTheLastFreesWhatTheyShare() {
    LoadedModel first = load(file);
    LoadedModel second = load(file);
    int[] text = run(first, PROMPT, greedy(8)).tokens();
    // Waits for no lease of the other.
    ModelLease lease = second.lease();
    first.close();
    first.close();
    lease.close();
    assertEquals(ErrorCode.DISPOSED, assertThrows(EngineException.class, first::lease).code());
    assertArrayEquals(text, run(second, PROMPT, greedy(8)).tokens());
    second.close();
    LoadedModel third = load(file);
    assertNotSame(second.encoder(), third.encoder());
    assertArrayEquals(text, run(third, PROMPT, greedy(8)).tokens());
    third.close();
  }

  @Test
  void sharesNothingWithAnotherFileOrAnotherWayToLoadIt() throws IOException {
    Path copy = Files.copy(file, folder.resolve("copy.gguf"));
    try (LoadedModel model = load(file);
        LoadedModel ofCopy = load(copy);
        LoadedModel shorter =
            models.load(
                file,
                Optional.empty(),
                OptionalInt.of(16),
                1,
                CACHE,
                Places.DEFAULT,
                Overcommit.REFUSED);
        LoadedModel threads =
            models.load(
                file,
                Optional.empty(),
                OptionalInt.empty(),
                2,
                CACHE,
                Places.DEFAULT,
                Overcommit.REFUSED);
        LoadedModel bytes =
            models.load(
                file,
                Optional.empty(),
                OptionalInt.empty(),
                1,
                CacheOptions.of(KvFormat.Q8_0),
                Places.DEFAULT,
                Overcommit.REFUSED);
        LoadedModel queues =
            models.load(
                file,
                Optional.empty(),
                OptionalInt.empty(),
                1,
                CACHE,
                new Places(1, 2),
                Overcommit.REFUSED)) {
      for (LoadedModel other : List.of(ofCopy, shorter, threads, bytes, queues)) {
        assertNotSame(model.encoder(), other.encoder());
      }
      // As downloads do: another file takes the name.
      Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
      try (LoadedModel renamed = load(file)) {
        assertSame(ofCopy.encoder(), renamed.encoder());
      }
    }
  }

  @Test
  void loadsOnceForAllWhoAskAtTheSameTime() {
    List<CompletableFuture<LoadedModel>> loading = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      loading.add(
          CompletableFuture.supplyAsync(() -> load(file), task -> Thread.ofPlatform().start(task)));
    }
    List<LoadedModel> loaded = loading.stream().map(CompletableFuture::join).toList();
    for (LoadedModel model : loaded) {
      assertSame(loaded.getFirst().encoder(), model.encoder());
    }
    loaded.forEach(LoadedModel::close);
  }

  @Test
  void aFailureIsToldToEachAndLeavesNothing() throws IOException {
    Files.write(file, new byte[] {1, 2, 3, 4});
    for (int i = 0; i < 2; i++) {
      EngineException failure = assertThrows(EngineException.class, () -> load(file));
      assertEquals(ErrorCode.GGUF_INVALID, failure.code());
    }
    EngineException missing =
        assertThrows(EngineException.class, () -> load(folder.resolve("none.gguf")));
    assertEquals(ErrorCode.FILE_NOT_FOUND, missing.code());
    writeTiny();
    load(file).close();
  }
}
