package ai.realm.host;

import static ai.realm.host.HostFixture.TEXT;
import static ai.realm.host.HostFixture.assertCode;
import static ai.realm.host.HostFixture.greedy;
import static ai.realm.host.HostFixture.models;
import static ai.realm.host.HostFixture.tiny;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.realm.engine.GenerationResult;
import ai.realm.engine.LoadedModel;
import ai.realm.engine.ModelFile;
import ai.realm.engine.Places;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.Overcommit;
import ai.realm.model.cache.CacheOptions;
import ai.realm.storage.StoredModel;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Loaded models that the app grants to guests. */
class AdoptedModelTest {
  private final Host host = new Host(new HostOptions(Long.MAX_VALUE, 1 << 24, true, 2));

  @Test
  void runsALoadedModelForGuestsWithoutLoadingItAgain() {
    LoadedModel loaded =
        LoadedModel.load(
            ModelFile.open(tiny()),
            Optional.empty(),
            OptionalInt.empty(),
            1,
            CacheOptions.of(KvFormat.F16),
            Places.DEFAULT,
            Overcommit.REFUSED);
    int id = host.adopt(loaded);
    assertEquals(156618318, id);
    try (StoredModel stored = host.app().models().lease(id)) {
      assertSame(loaded, host.runtime(stored).loaded());
      assertSame(loaded.file().gguf(), stored.gguf());
    }
    Tenant guest = host.guest(models(id));
    host.app().removeModel(id);
    GenerationResult result = guest.texts().generate(id, "the cea", greedy(24), _ -> true);
    assertEquals(TEXT, result.text());
    guest.close();
    assertEquals(0, host.contents().size());
    // The lease was given back: this would wait for it.
    loaded.close();
    assertCode(ErrorCode.DISPOSED, () -> host.adopt(loaded));
  }

  @Test
  @Timeout(60)
  void aLoadedModelClosesWhileTheSameContentIsStored() {
    LoadedModel loaded =
        LoadedModel.load(
            ModelFile.open(tiny()),
            Optional.empty(),
            OptionalInt.empty(),
            1,
            CacheOptions.of(KvFormat.F16),
            Places.DEFAULT,
            Overcommit.REFUSED);
    int adopted = host.adopt(loaded);
    int stored = host.app().storeModel(tiny(), 0);
    assertNotEquals(adopted, stored);
    int session = host.app().sessions().open(stored, 8);
    host.app().removeModel(adopted);
    // It waits for all who have the model.
    loaded.close();
    assertEquals(1, host.contents().size());
    assertEquals(
        TEXT, host.app().texts().generate(stored, "the cea", greedy(24), _ -> true).text());
    host.app().sessions().forward(session, 0, new float[32], 0);
    host.app().close();
    assertEquals(0, host.contents().size());
  }

  @Test
  @Timeout(60)
  void loadedModelsOfTheSameContentCloseByThemselves() {
    host.app().storeModel(tiny(), 156618318);
    LoadedModel first =
        LoadedModel.load(
            ModelFile.open(tiny()),
            Optional.empty(),
            OptionalInt.empty(),
            1,
            CacheOptions.of(KvFormat.F16),
            Places.DEFAULT,
            Overcommit.REFUSED);
    LoadedModel second =
        LoadedModel.load(
            ModelFile.open(tiny()),
            Optional.empty(),
            OptionalInt.empty(),
            1,
            CacheOptions.of(KvFormat.F16),
            Places.DEFAULT,
            Overcommit.REFUSED);
    assertEquals(156618319, host.adopt(first));
    assertEquals(156618320, host.adopt(second));
    assertEquals(156618319, host.adopt(first), "another reference");
    host.app().removeModel(156618319);
    host.app().removeModel(156618319);
    try (Tenant guest = host.guest(models(156618320))) {
      first.close();
      host.app().removeModel(156618320);
      String text = guest.texts().generate(156618320, "the cea", greedy(24), _ -> true).text();
      assertEquals(TEXT, text);
    }
    second.close();
    assertEquals(1, host.contents().size());
    host.app().close();
  }
}
