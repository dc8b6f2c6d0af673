package ai.realm.kernels.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.Test;

/**
 * Which family a CPU of ARM gets: the environment variable REALM_TEST_FAMILY says which it is. Only
 * {@code npm run test:arm64}, which emulates the CPU and knows that, runs this test, by its name.
 */
class FamilyOfEmulatedCpu {

  @Test
  void theCpuGetsTheFamilyOfItsFeatures() {
    String expected = System.getenv("REALM_TEST_FAMILY");
    assertNotNull(expected, "npm run test:arm64 names it");
    assertEquals(expected, new NativeKernels(NativeFamilies.library()).family());
  }
}
