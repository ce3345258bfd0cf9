#include "kernel_level.h"

#include <stdlib.h>
#include <string.h>


static kernel_level choose_level(void) {
  kernel_level best = KERNELS_PORTABLE;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v3")) best = KERNELS_AVX2;
  if (__builtin_cpu_supports("x86-64-v4")) best = KERNELS_AVX512;
#endif
  const char *forced = getenv("MIDSTREAM_KERNELS");
  if (!forced) return best;
  if (!strcmp(forced, "portable")) return KERNELS_PORTABLE;
  if (!strcmp(forced, "avx2") && best >= KERNELS_AVX2) return KERNELS_AVX2;
  return best;
}

static kernel_level level;
__attribute__((constructor)) static void set_level(void) { level = choose_level(); }

kernel_level kernel_level_in_use(void) { return level; }

const char *kernel_level_name(void) {
  static const char *const names[] = {"portable", "avx2", "avx512"};
  return names[level];
}
