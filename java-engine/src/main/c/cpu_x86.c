// Which family of kernels this CPU runs, on x86-64.
#include <cpuid.h>

#include "kernels.h"
#ifdef REALM_WITH_AMX
#include <sys/syscall.h>
#include <unistd.h>
#endif
#ifdef __APPLE__
#include <sys/sysctl.h>
#endif

// Bits of XCR0, the states that the operating system saves.
enum { YMM = 0x6, ZMM = 0xe6, TILES = 3 << 17 };

enum {
  AVX2_NEEDS = bit_OSXSAVE | bit_FMA | bit_F16C,
  AVX512 = bit_AVX512F | bit_AVX512DQ | bit_AVX512BW | bit_AVX512VL,
  AVX512_VNNI = 1 << 11,         // CPUID.7.0:ECX
  AVX512_BF16 = 1 << 5,          // CPUID.7.1:EAX
  AMX_BF16 = 1 << 22 | 1 << 24,  // CPUID.7.0:EDX, AMX-BF16 and AMX-TILE
};

// Compilers that know no AMX build a library without its family; so do all for other systems than
// Linux, whose ways to ask for tiles are not Linux's.
#ifdef REALM_WITH_AMX
enum { BEST = REALM_AMX_BF16 };
#else
enum { BEST = REALM_AVX512_BF16 };
#endif

static int has(int64_t bits, int64_t needed) { return (bits & needed) == needed; }

int64_t realm_family_of(int64_t leaf_1_ecx, int64_t leaf_7_ebx, int64_t leaf_7_ecx,
                        int64_t leaf_7_edx, int64_t leaf_7_1_eax, int64_t saved,
                        int64_t tiles_allowed) {
  if (!has(leaf_1_ecx, bit_SSE4_2)) return REALM_NONE;
  if (!has(leaf_1_ecx, AVX2_NEEDS) || !has(saved, YMM) || !has(leaf_7_ebx, bit_AVX2)) {
    return REALM_SSE4;
  }
  if (!has(saved, ZMM) || !has(leaf_7_ebx, AVX512)) return REALM_AVX2;
  if (!has(leaf_7_ecx, AVX512_VNNI)) return REALM_AVX512;
  if (!has(leaf_7_1_eax, AVX512_BF16)) return REALM_AVX512_VNNI;
  const int tiles = has(saved, TILES) && has(leaf_7_edx, AMX_BF16) && tiles_allowed;
  return tiles ? BEST : REALM_AVX512_BF16;
}

static int64_t saved_states(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  const int64_t states = (int64_t)high << 32 | low;
#ifdef __APPLE__
  // macOS saves a thread's ZMM registers from their first use on, and XCR0 is silent until then.
  int has_avx512 = 0;
  size_t size = sizeof has_avx512;
  sysctlbyname("hw.optional.avx512f", &has_avx512, &size, 0, 0);
  return has_avx512 ? states | ZMM : states;
#else
  return states;
#endif
}

#ifdef REALM_WITH_AMX
// Asks Linux for this process's use of tiles, which it must have before any instruction on them: it
// refuses where a thread's stack for signals is too small for their state. Once allowed, it is for
// all threads and for good, and asking again changes nothing.
static int64_t ask_for_tiles(void) {
  const long arch_req_xcomp_perm = 0x1023, tile_data = 18;
  return syscall(SYS_arch_prctl, arch_req_xcomp_perm, tile_data) == 0;
}
#else
static int64_t ask_for_tiles(void) { return 0; }
#endif

int64_t realm_cpu_family(void) {
  uint32_t a, b, c, d;
  int64_t leaf_1_ecx = 0, leaf_7_ebx = 0, leaf_7_ecx = 0, leaf_7_edx = 0, leaf_7_1_eax = 0;
  if (__get_cpuid(1, &a, &b, &c, &d)) leaf_1_ecx = c;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) leaf_7_ebx = b, leaf_7_ecx = c, leaf_7_edx = d;
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d)) leaf_7_1_eax = a;
  const int64_t saved = has(leaf_1_ecx, bit_OSXSAVE) ? saved_states() : 0;
  const int64_t family =
      realm_family_of(leaf_1_ecx, leaf_7_ebx, leaf_7_ecx, leaf_7_edx, leaf_7_1_eax, saved, 1);
  return family < REALM_AMX_BF16 || ask_for_tiles()
             ? family
             : realm_family_of(leaf_1_ecx, leaf_7_ebx, leaf_7_ecx, leaf_7_edx, leaf_7_1_eax, saved,
                               0);
}
