#pragma once
// Which of the kernels' versions this process runs. Each kernel has one body, compiled for several
// processor levels; MIDSTREAM_KERNELS=portable|avx2|avx512 forces a level that the processor has.

typedef enum { KERNELS_PORTABLE, KERNELS_AVX2, KERNELS_AVX512 } kernel_level;

/// The level for this process: set before main, never changed after.
kernel_level kernel_level_in_use(void);

/// "portable", "avx2" or "avx512".
const char *kernel_level_name(void);

#if defined(__x86_64__)
#define TARGET_AVX2 __attribute__((target("arch=x86-64-v3")))
#define TARGET_AVX512 __attribute__((target("arch=x86-64-v4")))
#endif
