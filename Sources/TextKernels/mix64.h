#pragma once
#include <stdint.h>

/// The finaliser of MurmurHash3 (Appleby): a permutation of 64-bit numbers in which every output
/// bit depends on every input bit.
static inline __attribute__((always_inline)) uint64_t mix64(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccd;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53;
  return x ^ x >> 33;
}
