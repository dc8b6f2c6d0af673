package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CpuFeaturesTest {
  @Test
  void aFlagIsAWholeWordOfTheList() {
    List<String> haswell = List.of("processor\t: 0", "flags\t\t: fpu sse4_2 fma avx2", "flags : x");
    List<String> ivyBridge = List.of("model name\t: fma", "flags\t\t: fpu sse4_2 fma4 avx");
    assertTrue(CpuFeatures.hasFlag(haswell, "fma"));
    assertTrue(CpuFeatures.hasFlag(haswell, "avx2"));
    assertFalse(CpuFeatures.hasFlag(ivyBridge, "fma"));
    assertTrue(CpuFeatures.hasFlag(List.of("Features : asimd"), "fma"));
  }
}
