// Which family of kernels this CPU runs, on ARM of 64 bits.
#include "kernels.h"
#if defined(__linux__)
#include <sys/auxv.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#elif defined(_WIN32)
#include <windows.h>
#endif

#if defined(__linux__)
// Bits that Linux tells in the auxiliary vector, of AT_HWCAP and AT_HWCAP2.
enum { HAS_DOTPROD = 1 << 20, HAS_I8MM = 1 << 13 };

static int has_dotprod(void) { return (getauxval(AT_HWCAP) & HAS_DOTPROD) != 0; }

static int has_i8mm(void) { return (getauxval(AT_HWCAP2) & HAS_I8MM) != 0; }
#elif defined(__APPLE__)
// Every Mac with such a CPU has them.
static int has_dotprod(void) { return 1; }

static int has_i8mm(void) {
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname("hw.optional.arm.FEAT_I8MM", &value, &size, 0, 0) == 0 && value != 0;
}
#elif defined(_WIN32)
static int has_dotprod(void) {
  return IsProcessorFeaturePresent(PF_ARM_V82_DP_INSTRUCTIONS_AVAILABLE) != 0;
}

static int has_i8mm(void) {
  return IsProcessorFeaturePresent(PF_ARM_V82_I8MM_INSTRUCTIONS_AVAILABLE) != 0;
}
#endif

int64_t realm_cpu_family(void) {
  if (!has_dotprod()) return REALM_NEON;
  return has_i8mm() ? REALM_NEON_I8MM : REALM_NEON_DOTPROD;
}
