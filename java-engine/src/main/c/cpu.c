// Which family of kernels this CPU runs.
#include <cpuid.h>

#include "kernels.h"

// The states that the operating system saves: bits of XCR0.
static uint64_t saved_states(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

int64_t realm_cpu_family(void) {
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_2)) {
    return REALM_NONE;
  }
  const uint32_t avx2_needs = bit_OSXSAVE | bit_FMA | bit_F16C;
  if ((c & avx2_needs) != avx2_needs) {
    return REALM_SSE4;
  }
  const uint64_t states = saved_states();
  const uint64_t ymm = 0x6, zmm = 0xe6;
  if ((states & ymm) != ymm || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & bit_AVX2)) {
    return REALM_SSE4;
  }
  const uint32_t avx512 = bit_AVX512F | bit_AVX512DQ | bit_AVX512BW | bit_AVX512VL;
  if ((states & zmm) != zmm || (b & avx512) != avx512) {
    return REALM_AVX2;
  }
  const uint32_t bf16 = 1u << 5;  // CPUID.7.1:EAX, AVX512_BF16
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & bf16) ? REALM_AVX512_BF16 : REALM_AVX512;
}
