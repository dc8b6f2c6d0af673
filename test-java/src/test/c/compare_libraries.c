// Compares two builds of the native kernels, as of two compilers: the shortest time of many calls
// in turns, of one token (decode) and of 64 (prefill), with a matrix of 512 rows by 1024 columns
// that stays in the cache.
//
//   cc -O2 -I java-engine/src/main/c test-java/src/test/c/compare_libraries.c -ldl -o compare
//   ./compare FIRST.so SECOND.so avx2 avx512_bf16
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kernels.h"

enum { ROWS = 512, COLUMNS = 1024, TOKENS = 64, CALLS = 200, LIBRARIES = 2 };

REALM_FAMILY(some)
REALM_ROUNDING_FAMILY(some)
REALM_EACH_ROUNDING_FAMILY(some)

static uint8_t weights[ROWS * COLUMNS * 4 + 8192];
static float x[TOKENS * COLUMNS], sums[COLUMNS / 16], y[TOKENS * ROWS], scratch[400000];
static uint32_t lines[TOKENS * COLUMNS * 2];

// What a library has of a family; the last four may be null.
struct kernels {
  __typeof__(some_layout)* layout;
  __typeof__(some_matvec)* matvec;
  __typeof__(some_matmul)* matmul;
  __typeof__(some_round_each)* round_each;
  __typeof__(some_matvec_rounded)* matvec_rounded;
  __typeof__(some_round)* round;
  __typeof__(some_matmul_rounded)* matmul_rounded;
};

static void* find(void* library, const char* family, const char* function) {
  char name[99];
  snprintf(name, sizeof name, "realm_%s_%s", family, function);
  return dlsym(library, name);
}

static struct kernels open_family(const char* path, const char* family) {
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library || !find(library, family, "layout")) {
    fprintf(stderr, "%s has no family %s: %s\n", path, family, library ? "" : dlerror());
    exit(1);
  }
  return (struct kernels){
      .layout = find(library, family, "layout"),
      .matvec = find(library, family, "matvec"),
      .matmul = find(library, family, "matmul"),
      .round_each = find(library, family, "round_each"),
      .matvec_rounded = find(library, family, "matvec_rounded"),
      .round = find(library, family, "round"),
      .matmul_rounded = find(library, family, "matmul_rounded"),
  };
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

// Microseconds of one token's product.
static double decode(const struct kernels* k, int layout) {
  if (k->layout(layout, REALM_READS_ROUNDED_EACH)) {
    k->round_each(x, lines, COLUMNS, 1);
    const double start = now();
    k->matvec_rounded(weights, x, sums, lines, y, layout, COLUMNS, ROWS, 0, ROWS / UNIT, 1, ROWS);
    return now() - start;
  }
  const double start = now();
  k->matvec(weights, x, sums, y, layout, COLUMNS, ROWS, 0, ROWS / UNIT, 1, ROWS);
  return now() - start;
}

// Microseconds of several tokens' product with four units.
static double prefill(const struct kernels* k, int layout) {
  if (k->layout(layout, REALM_READS_ROUNDED)) {
    k->round(x, lines, COLUMNS, TOKENS);
    const double start = now();
    k->matmul_rounded(weights, x, lines, scratch, y, layout, COLUMNS, ROWS, 0, 4, TOKENS, ROWS);
    return now() - start;
  }
  const double start = now();
  k->matmul(weights, x, scratch, y, layout, COLUMNS, ROWS, 0, 4, TOKENS, ROWS);
  return now() - start;
}

static void compare(const struct kernels* all, int layout, const char* what,
                    double (*measure)(const struct kernels*, int)) {
  double least[LIBRARIES] = {1e18, 1e18};
  for (int call = 0; call < CALLS; call++) {
    for (int n = 0; n < LIBRARIES; n++) {
      const double time = measure(all + n, layout);
      if (time < least[n]) least[n] = time;
    }
  }
  printf("  %s %7.1f and %7.1f us, %.2f", what, least[0], least[1], least[1] / least[0]);
}

int main(int count, char** arguments) {
  if (count < 4) {
    fprintf(stderr, "expected two libraries and families\n");
    return 1;
  }
  srand(1);
  for (size_t i = 0; i < sizeof weights; i += 2) {
    weights[i] = (uint8_t)rand();
    weights[i + 1] = rand() & 0x9f;  // Where it is a scale's, no infinity.
  }
  for (int i = 0; i < TOKENS * COLUMNS; i++) x[i] = (float)(rand() % 2001 - 1000) / 1000;
  for (int i = 3; i < count; i++) {
    const struct kernels all[LIBRARIES] = {open_family(arguments[1], arguments[i]),
                                           open_family(arguments[2], arguments[i])};
    for (int layout = 0; layout < REALM_LAYOUTS; layout++) {
      printf("%s, layout %2d:", arguments[i], layout);
      compare(all, layout, "decode", decode);
      compare(all, layout, "prefill", prefill);
      printf("\n");
    }
  }
}
