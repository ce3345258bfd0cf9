#pragma once
#include <stdint.h>
#include <string.h>

// A 64-bit hash of short byte strings: 16 bytes a step, each folded from a 128-bit product. Equal
// hashes stand for equal strings within one document (chance of a clash for 10^6 strings: 3e-8).

static const uint64_t hash_seed_a = 0x9E3779B97F4A7C15u, hash_seed_b = 0xD6E8FEB86659FD93u;

static inline uint64_t hash_load(const uint8_t *p) {
  uint64_t value;
  memcpy(&value, p, 8);
  return value;
}

static inline uint64_t hash_fold(uint64_t a, uint64_t b) {
  unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/// 16 bytes that are set, then 16 that are not.
static const uint8_t hash_window[32] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

/// The low `count` (0 to 8) bytes set.
static inline uint64_t hash_mask(uint64_t count) { return hash_load(hash_window + 16 - count); }

/// The last step, over `length` (0 to 16) bytes at `p`, of which 16 can be read.
static inline uint64_t hash_last(const uint8_t *p, uint64_t length, uint64_t state) {
  const uint8_t *mask = hash_window + 16 - length;
  uint64_t a = hash_load(p) & hash_load(mask), b = hash_load(p + 8) & hash_load(mask + 8);
  return hash_fold(a ^ hash_seed_a, b ^ state);
}

/// The hash of `length` bytes that end, with what can be read, at `limit`.
static inline uint64_t hash_bytes(const uint8_t *p, uint64_t length, const uint8_t *limit) {
  uint64_t state = hash_seed_b ^ length;
  while (length > 16) {
    state = hash_fold(hash_load(p) ^ hash_seed_a, hash_load(p + 8) ^ state);
    p += 16;
    length -= 16;
  }
  if (__builtin_expect(limit - p >= 16, 1)) return hash_last(p, length, state);
  uint8_t tail[16] = {0};
  memcpy(tail, p, length);
  return hash_last(tail, length, state);
}

/// The hash of two hashed strings, one after the other.
static inline uint64_t hash_pair(uint64_t first, uint64_t second) {
  return hash_fold(first ^ hash_seed_a, second ^ hash_seed_b);
}
