#pragma once

typedef enum { KERNELS_PORTABLE, KERNELS_AVX2, KERNELS_AVX512 } kernel_level;

/// The level for this process: set before main, never changed after.
kernel_level tensor_kernel_level(void);

#if defined(__x86_64__)
#define TARGET_AVX2 __attribute__((target("arch=x86-64-v3")))
#define TARGET_AVX512 __attribute__((target("arch=x86-64-v4")))
#endif
