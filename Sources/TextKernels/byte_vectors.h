#pragma once
// Blocks of 64 bytes as vectors, and their comparisons as bits.
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t bytes64 __attribute__((ext_vector_type(64)));
typedef int8_t signed64 __attribute__((ext_vector_type(64)));
typedef bool bools64 __attribute__((ext_vector_type(64)));

#define INLINE static inline __attribute__((always_inline))
/// One bit a byte. A macro, because passing 64-byte vectors depends on the processor level.
#define MASK(condition)                                                                       \
  ({                                                                                          \
    bools64 bits_ = __builtin_convertvector((signed64)(condition), bools64);                  \
    uint64_t mask_;                                                                           \
    memcpy(&mask_, &bits_, 8);                                                                \
    mask_;                                                                                    \
  })
