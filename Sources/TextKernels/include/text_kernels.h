#pragma once
// Hot loops over bytes. Each kernel has one body, compiled for several processor levels and
// chosen once, at the first call, from the processor's features or MIDSTREAM_KERNELS.
#include <stddef.h>
#include <stdint.h>

/// "portable", "avx2" or "avx512": the level that this process uses.
const char *text_kernels_level(void);
