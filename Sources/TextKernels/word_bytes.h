#pragma once
// What the word kernels share: 64 bytes at a time as one mask of whitespace, and the edges of words
// found in those masks. The vector code is written once; the compiler lowers it for each level.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

typedef uint8_t bytes64 __attribute__((vector_size(64)));
typedef bool bits64 __attribute__((ext_vector_type(64)));

/// By pointer: a wide vector as an argument would tie the call to one level's calling convention.
ALWAYS_INLINE uint64_t mask_of(const bytes64 *truth) {
  bits64 bits = __builtin_convertvector(*truth & 1, bits64);
  uint64_t mask;
  memcpy(&mask, &bits, 8);
  return mask;
}

ALWAYS_INLINE uint64_t load64(const uint8_t *p) {
  uint64_t value;
  memcpy(&value, p, 8);
  return value;
}

/// Keeps a value in a general register: packing two 64-bit words into a vector for a few operations
/// costs more than it saves.
#define KEEP_SCALAR(x) __asm__("" : "+r"(x))

/// The length of the whitespace character at `p` that starts with one of C2, E1, E2, E3; else 0.
ALWAYS_INLINE size_t wide_space(const uint8_t *p, size_t left) {
  if (left < 2) return 0;
  if (p[0] == 0xC2) return p[1] == 0x85 || p[1] == 0xA0 ? 2 : 0;
  if (left < 3) return 0;
  if (p[0] == 0xE1) return p[1] == 0x9A && p[2] == 0x80 ? 3 : 0;
  if (p[0] == 0xE3) return p[1] == 0x80 && p[2] == 0x80 ? 3 : 0;
  if (p[1] == 0x81) return p[2] == 0x9F ? 3 : 0;
  if (p[1] != 0x80) return 0;
  return (p[2] >= 0x80 && p[2] <= 0x8A) || p[2] == 0xA8 || p[2] == 0xA9 || p[2] == 0xAF ? 3 : 0;
}

/// The whitespace of `text[at ..< at + 64]`, one bit a byte; bytes after the end are whitespace.
/// `carry` takes the bits of a character that crosses into the next block.
ALWAYS_INLINE uint64_t whitespace_mask(
    const uint8_t *text, size_t at, size_t byte_count, uint64_t *carry) {
  uint8_t rest[64];
  const uint8_t *p = text + at;
  if (byte_count - at < 64) {
    memset(rest, ' ', 64);
    memcpy(rest, p, byte_count - at);
    p = rest;
  }
  bytes64 b;
  memcpy(&b, p, 64);
  bytes64 low = (bytes64)((b - 9) <= 4), controls = (bytes64)((b - 28) <= 4);
  bytes64 space = low | controls;
  uint64_t mask = mask_of(&space) | *carry;
  *carry = 0;
  bytes64 may_lead = (bytes64)(b == 0xC2) | (bytes64)((b - 0xE1) <= 2);
  uint64_t lead = mask_of(&may_lead);
  while (lead) {
    unsigned i = (unsigned)__builtin_ctzll(lead);
    lead &= lead - 1;
    size_t length = wide_space(text + at + i, byte_count - at - i);
    if (!length) continue;
    uint64_t bits = length == 2 ? 3 : 7;
    mask |= bits << i;
    if (i + length > 64) *carry |= bits >> (64 - i);
  }
  return mask;
}

/// Calls `RUN(start, end)` for each run of bytes of `text[0 ..< byte_count]` whose bits are set in the
/// masks that `MASK(at)` gives for the 64 bytes at `at`, in order. Bits past the end must be clear.
/// Edges are collected for a stretch of blocks first, so that the work on runs does not wait for the
/// masks.
#define FOR_EACH_RUN(byte_count, MASK, RUN)                                                   \
  do {                                                                                        \
    size_t edges[64 * 64 + 32];                                                               \
    size_t edge_count = 0, at = 0;                                                            \
    uint64_t in_run = 0;                                                                      \
    while (at < byte_count) {                                                                 \
      size_t stop = byte_count - at > 4096 ? at + 4096 : byte_count;                          \
      for (; at < stop; at += 64) {                                                           \
        uint64_t run = MASK(at);                                                              \
        uint64_t change = run ^ (run << 1 | in_run);                                          \
        in_run = run >> 63;                                                                   \
        size_t count = (size_t)__builtin_popcountll(change), filled = edge_count;             \
        edge_count += count;                                                                  \
        while (filled < edge_count)                                                           \
          for (int unroll = 0; unroll < 8; unroll++) {                                        \
            size_t edge = change ? (size_t)__builtin_ctzll(change) : 0;                       \
            KEEP_SCALAR(edge);                                                                \
            edges[filled++] = at + edge;                                                      \
            change &= change - 1;                                                             \
          }                                                                                   \
      }                                                                                       \
      size_t pair = 0;                                                                        \
      for (; pair + 2 <= edge_count; pair += 2) RUN(edges[pair], edges[pair + 1]);            \
      if (pair < edge_count) edges[0] = edges[pair];                                          \
      edge_count -= pair;                                                                     \
    }                                                                                         \
    if (edge_count) RUN(edges[0], byte_count);                                                \
  } while (0)
