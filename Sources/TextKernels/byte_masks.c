#include "byte_vectors.h"
#include "kernel_level.h"
#include "text_anatomy.h"

#define RANGE(v, low, high) MASK((bytes64)((v) - (uint8_t)(low)) <= (uint8_t)((high) - (low)))

/// Non-overlapping "..." in one block; `run` carries dots that no mark has used over block ends.
INLINE size_t count_dot_marks(uint64_t dots, unsigned *run) {
  if (!dots) {
    *run = 0;
    return 0;
  }
  if (*run == 0 && !(dots & (dots >> 1))) {
    *run = (unsigned)(dots >> 63);
    return 0;
  }
  size_t marks = 0;
  for (int i = 0; i < 64; i++) {
    *run = (dots >> i & 1) ? *run + 1 : 0;
    if (*run == 3) {
      marks++;
      *run = 0;
    }
  }
  return marks;
}

INLINE void masks_body(
    const uint8_t *text, size_t length, anatomy_masks masks, anatomy_byte_counts *counts) {
  size_t continuation = 0, hash_signs = 0, ellipses = 0;
  unsigned run = 0;
  for (size_t at = 0, block = 0; at < length; at += 64, block++) {
    bytes64 v;
    size_t left = length - at;
    uint64_t beyond = 0;
    if (left >= 64) {
      memcpy(&v, text + at, 64);
    } else {
      uint8_t tail[64] = {0};
      memcpy(tail, text + at, left);
      memcpy(&v, tail, 64);
      beyond = ~0ull << left;
    }
    uint64_t letter = RANGE(v | 0x20, 'a', 'z');
    uint64_t digit = RANGE(v, '0', '9');
    uint64_t separator = RANGE(v, 0x1C, 0x1F);
    uint64_t vertical = RANGE(v, '\n', '\r');
    uint64_t space = MASK(v == ' ') | MASK(v == '\t') | vertical | separator | beyond;
    uint64_t line_break = (vertical | separator) & ~MASK(v == 0x1F);
    uint64_t lead = MASK(v == 0xC2) | MASK(v == 0xE2);
    continuation += (size_t)__builtin_popcountll(MASK((v & 0xC0) == 0x80));
    hash_signs += (size_t)__builtin_popcountll(MASK(v == '#'));
    ellipses += count_dot_marks(MASK(v == '.'), &run);
    for (; lead; lead &= lead - 1) {
      size_t i = (size_t)__builtin_ctzll(lead);
      const uint8_t *p = text + at + i;
      if (*p == 0xC2) {
        if (left > i + 1 && p[1] == 0x85) line_break |= 1ull << i;
      } else if (left > i + 2 && p[1] == 0x80) {
        if (p[2] == 0xA8 || p[2] == 0xA9) line_break |= 1ull << i;
        ellipses += p[2] == 0xA6;
      }
    }
    masks.space[block] = space;
    masks.other[block] = ~(letter | digit | space);
    masks.digit[block] = digit;
    masks.newline[block] = MASK(v == '\n');
    masks.line_break[block] = line_break;
    masks.wide[block] = MASK(v >= 0x80);
  }
  counts->continuation_bytes = continuation;
  counts->hash_signs = hash_signs;
  counts->ellipses = ellipses;
}

typedef void masks_kernel(const uint8_t *, size_t, anatomy_masks, anatomy_byte_counts *);

static void masks_portable(
    const uint8_t *text, size_t length, anatomy_masks masks, anatomy_byte_counts *counts) {
  masks_body(text, length, masks, counts);
}
#if defined(__x86_64__)
TARGET_AVX2 static void masks_avx2(
    const uint8_t *text, size_t length, anatomy_masks masks, anatomy_byte_counts *counts) {
  masks_body(text, length, masks, counts);
}
TARGET_AVX512 static void masks_avx512(
    const uint8_t *text, size_t length, anatomy_masks masks, anatomy_byte_counts *counts) {
  masks_body(text, length, masks, counts);
}
static masks_kernel *const kernels[] = {masks_portable, masks_avx2, masks_avx512};
#else
static masks_kernel *const kernels[] = {masks_portable, masks_portable, masks_portable};
#endif

void text_anatomy_masks(
    const uint8_t *text, size_t length, anatomy_masks masks, anatomy_byte_counts *counts,
    int level) {
  kernel_level best = kernel_level_in_use();
  kernels[level >= 0 && level <= (int)best ? level : (int)best](text, length, masks, counts);
}
