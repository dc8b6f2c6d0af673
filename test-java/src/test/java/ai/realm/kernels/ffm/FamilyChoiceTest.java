package ai.realm.kernels.ffm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which family a CPU gets: bits of CPUID and XCR0 by Intel's manual, whatever this CPU has. */
class FamilyChoiceTest {
  private static final long SSE4_2 = 1L << 20;
  private static final long FMA = 1L << 12;
  private static final long OSXSAVE = 1L << 27;
  private static final long F16C = 1L << 29;
  private static final long LEAF_1_ECX = SSE4_2 | FMA | OSXSAVE | F16C;
  private static final long AVX2 = 1L << 5;
  private static final long AVX512_F = 1L << 16;
  private static final long AVX512_DQ = 1L << 17;
  private static final long AVX512_BW = 1L << 30;
  private static final long AVX512_VL = 1L << 31;
  private static final long LEAF_7_EBX = AVX2 | AVX512_F | AVX512_DQ | AVX512_BW | AVX512_VL;
  private static final long LEAF_7_ECX = 1L << 11;
  private static final long AMX_BF16 = 1L << 22;
  private static final long AMX_TILE = 1L << 24;
  private static final long LEAF_7_EDX = AMX_BF16 | AMX_TILE;
  private static final long LEAF_7_1_EAX = 1L << 5;
  private static final long SSE_AND_AVX = 7;
  private static final long ZMM = 7L << 5;
  private static final long TILE_CONFIG = 1L << 17;
  private static final long TILE_DATA = 1L << 18;
  private static final long SAVED = SSE_AND_AVX | ZMM | TILE_CONFIG | TILE_DATA;

  private static MethodHandle familyOf;
  private static boolean builtWithAmx;

  @BeforeAll
  static void link() {
    Path library = NativeFamilies.library();
    assumeTrue(library != null, "the native kernels are not built");
    SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
    assumeTrue(symbols.find("realm_family_of").isPresent(), "this CPU has no CPUID");
    builtWithAmx = symbols.find("realm_amx_bf16_matmul").isPresent();
    familyOf =
        Linker.nativeLinker()
            .downcallHandle(
                symbols.findOrThrow("realm_family_of"),
                FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG));
  }

  /**
   * Asserts the family of a CPU with all but these bits.
   *
   * @param ecx1 of leaf 1, ECX
   * @param ebx of leaf 7, EBX; {@code ecx} and {@code edx} likewise
   * @param eax of leaf 7.1, EAX
   * @param saved of XCR0
   */
  private static void assertFamily(
      String expected,
      long ecx1,
      long ebx,
      long ecx,
      long edx,
      long eax,
      long saved,
      boolean tilesAllowed)
      throws Throwable {
    long number =
        (long)
            familyOf.invokeExact(
                LEAF_1_ECX & ~ecx1,
                LEAF_7_EBX & ~ebx,
                LEAF_7_ECX & ~ecx,
                LEAF_7_EDX & ~edx,
                LEAF_7_1_EAX & ~eax,
                SAVED & ~saved,
                tilesAllowed ? 1L : 0L);
    assertEquals(expected, KernelLibrary.familyName(number));
  }

  @Test
  void aCpuWithEverythingMultipliesTiles() throws Throwable {
    assertFamily(builtWithAmx ? "amx_bf16" : "avx512_bf16", 0, 0, 0, 0, 0, 0, true);
  }

  @Test
  void withoutAllThatTilesNeedItMultipliesPairs() throws Throwable {
    assertFamily("avx512_bf16", 0, 0, 0, AMX_BF16, 0, 0, true);
    assertFamily("avx512_bf16", 0, 0, 0, AMX_TILE, 0, 0, true);
    assertFamily("avx512_bf16", 0, 0, 0, 0, 0, TILE_CONFIG, true);
    assertFamily("avx512_bf16", 0, 0, 0, 0, 0, TILE_DATA, true);
    assertFamily("avx512_bf16", 0, 0, 0, 0, 0, 0, false);
  }

  @Test
  void withoutBf16ItMultipliesPairsOfIntegers() throws Throwable {
    assertFamily("avx512_vnni", 0, 0, 0, LEAF_7_EDX, LEAF_7_1_EAX, 0, false);
  }

  @Test
  void tilesAloneAreNotEnough() throws Throwable {
    assertFamily("avx512_vnni", 0, 0, 0, 0, LEAF_7_1_EAX, 0, true);
    assertFamily("avx512", 0, 0, LEAF_7_ECX, 0, 0, 0, true);
    for (long bit : new long[] {AVX512_F, AVX512_DQ, AVX512_BW, AVX512_VL}) {
      assertFamily("avx2", 0, bit, 0, 0, 0, 0, true);
    }
    assertFamily("avx2", 0, 0, 0, 0, 0, ZMM, true);
    assertFamily("sse4", 0, AVX2, 0, 0, 0, 0, true);
    for (long bit : new long[] {FMA, OSXSAVE, F16C}) {
      assertFamily("sse4", bit, 0, 0, 0, 0, 0, true);
    }
    assertFamily("sse4", 0, 0, 0, 0, 0, SSE_AND_AVX, true);
    assertFamily(null, SSE4_2, 0, 0, 0, 0, 0, true);
  }
}
