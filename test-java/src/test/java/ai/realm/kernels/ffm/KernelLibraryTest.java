package ai.realm.kernels.ffm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.realm.kernels.packed.Layout;
import org.junit.jupiter.api.Test;

/** What Java takes from the library at load: loading it holds all of its layouts against Java's. */
class KernelLibraryTest {

  @Test
  void aLibraryWithOtherBlocksIsRefused() {
    assertDoesNotThrow(() -> KernelLibrary.requireSame(Layout.IQ4_XS, 256, 2240, 16));
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> KernelLibrary.requireSame(Layout.IQ4_XS, 256, 2304, 16));
    assertEquals(
        "the library's blocks of IQ4_XS have 256 columns, 2304 bytes and 16 rows, expected 256,"
            + " 2240 and 16; build it anew with the engine",
        error.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> KernelLibrary.requireSame(Layout.ROWS_Q8_0, 32, 34, 16));
  }

  @Test
  void aFamilyReadsIntegersWhereWeightsAreSuch() {
    assumeTrue(NativeFamilies.library() != null, "the native kernels are not built");
    for (NativeKernels kernels : NativeFamilies.all()) {
      KernelLibrary library =
          new KernelLibrary(NativeFamilies.library(), NativeFamilies.number(kernels.family()));
      boolean rounds =
          switch (kernels.family()) {
            case "avx2", "avx512_vnni", "avx512_bf16", "neon_dotprod", "neon_i8mm" -> true;
            default -> false;
          };
      boolean dots = kernels.family().startsWith("neon");
      boolean each = rounds || dots || kernels.family().equals("amx_bf16");
      assertEquals(rounds, library.rounds(Layout.IQ4_NL), kernels.family());
      assertEquals(rounds, library.rounds(Layout.ROWS_Q8_0), kernels.family());
      assertEquals(false, library.rounds(Layout.F32), kernels.family());
      assertEquals(each, library.roundsEach(Layout.MXFP4), kernels.family());
      assertEquals(each, library.roundsEach(Layout.Q5_K), kernels.family());
      assertEquals(each, library.roundsEach(Layout.ROWS_Q8_0), kernels.family());
      assertEquals(false, library.roundsEach(Layout.ROWS_F16), kernels.family());
      assertEquals(rounds, library.roundedWords(256) > 0, kernels.family());
    }
  }
}
