package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelProviderTest {
  @Test
  void aForcedProviderIsTaken() {
    assertEquals("scalar", KernelProvider.choose("scalar", null).name());
    assertEquals("vector", KernelProvider.choose("vector", null).name());
  }

  @Test
  void withoutALibraryTheVectorKernelsComputeAndSayWhy() {
    for (String unset : new String[] {null, ""}) {
      KernelProvider chosen = KernelProvider.choose(unset, null);
      assertEquals("vector", chosen.name());
      assertTrue(chosen.reason().contains("none came with this package"), chosen.reason());
    }
  }

  @Test
  void aLibraryThatIsNoneLeavesTheVectorKernels(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("librealm-kernels.so"), "no library");
    KernelProvider chosen = KernelProvider.choose(null, file.toString());
    assertEquals("vector", chosen.name());
    assertTrue(chosen.reason().contains(file.toString()), chosen.reason());
  }

  @Test
  void aCpuWhoseAmxIsNotUsedIsToldSo() {
    String best = "the best family that this CPU runs";
    assertTrue(KernelProvider.bestFamily("avx512_bf16", false).endsWith(best));
    assertTrue(KernelProvider.bestFamily("amx_bf16", true).endsWith(best));
    assertTrue(KernelProvider.bestFamily("avx512_bf16", true).contains("has AMX, too, but Linux"));
  }

  @Test
  void aForcedProviderThatCannotRunIsAnError(@TempDir Path folder) {
    assertRefused("native", null);
    assertRefused("native", folder.resolve("absent.so").toString());
    assertRefused("cuda", null);
  }

  private static void assertRefused(String forced, String library) {
    EngineException error =
        assertThrows(EngineException.class, () -> KernelProvider.choose(forced, library));
    assertEquals(ErrorCode.KERNELS_UNAVAILABLE, error.code());
    assertTrue(error.getMessage().contains("REALM_KERNELS is " + forced), error.getMessage());
  }
}
