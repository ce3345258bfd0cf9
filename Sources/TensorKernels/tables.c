// The bodies, compiled once a processor level, and the choice between them.
#include <math.h>
#include <string.h>

#include "kernel_level.h"
#include "tensor_kernels.h"

#define AT_LEVEL(name) name##_portable
#include "bodies/all.h"
#undef AT_LEVEL

#if defined(__x86_64__)
#pragma clang attribute push(TARGET_AVX2, apply_to = function)
#define AT_LEVEL(name) name##_avx2
#include "bodies/all.h"
#undef AT_LEVEL
#pragma clang attribute pop

#pragma clang attribute push(TARGET_AVX512, apply_to = function)
#define AT_LEVEL(name) name##_avx512
#include "bodies/all.h"
#undef AT_LEVEL
#pragma clang attribute pop
#endif

static const tensor_kernel_table *table_of(kernel_level level) {
#if defined(__x86_64__)
  if (level == KERNELS_AVX512) return &table_avx512;
  if (level == KERNELS_AVX2) return &table_avx2;
#endif
  return &table_portable;
}

const tensor_kernel_table *tensor_kernels(void) { return table_of(kernel_level_in_use()); }

const tensor_kernel_table *tensor_kernels_named(const char *level) {
  if (!strcmp(level, "portable")) return &table_portable;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!strcmp(level, "avx2") && __builtin_cpu_supports("x86-64-v3")) return &table_avx2;
  if (!strcmp(level, "avx512") && __builtin_cpu_supports("x86-64-v4")) return &table_avx512;
#endif
  return NULL;
}
