#include "gram_slots.h"

#include "kernel_level.h"

#define INLINE static inline __attribute__((always_inline))

// Plain loops: the compiler makes vectors of them, as wide as each level has.

INLINE void word_grams_body(
    uint64_t *restrict hashes, const uint64_t *restrict last, uint32_t *restrict slots,
    size_t count, uint64_t base, int shift) {
  for (size_t i = 0; i < count; i++) {
    uint64_t hash = hashes[i] * base + last[i];
    hashes[i] = hash;
    slots[i] = (uint32_t)(hash >> shift);
  }
}

INLINE void byte_grams_body(
    const uint64_t *restrict ends, const uint64_t *restrict starts,
    const uint64_t *restrict scales, uint32_t *restrict slots, size_t count, int shift) {
  for (size_t i = 0; i < count; i++)
    slots[i] = (uint32_t)(((ends[i] - starts[i]) * scales[i]) >> shift);
}

INLINE uint8_t highest_body(const uint8_t *bytes, size_t count) {
  uint8_t highest = 0;
  for (size_t i = 0; i < count; i++) highest = bytes[i] > highest ? bytes[i] : highest;
  return highest;
}

#define KERNELS(level, target)                                                                \
  target static void word_grams_##level(                                                      \
      uint64_t *hashes, const uint64_t *last, uint32_t *slots, size_t count, uint64_t base,   \
      int shift) {                                                                            \
    word_grams_body(hashes, last, slots, count, base, shift);                                 \
  }                                                                                           \
  target static void byte_grams_##level(                                                      \
      const uint64_t *ends, const uint64_t *starts, const uint64_t *scales, uint32_t *slots,  \
      size_t count, int shift) {                                                              \
    byte_grams_body(ends, starts, scales, slots, count, shift);                               \
  }                                                                                           \
  target static uint8_t highest_##level(const uint8_t *bytes, size_t count) {                 \
    return highest_body(bytes, count);                                                        \
  }

typedef struct {
  void (*word_grams)(uint64_t *, const uint64_t *, uint32_t *, size_t, uint64_t, int);
  void (*byte_grams)(
      const uint64_t *, const uint64_t *, const uint64_t *, uint32_t *, size_t, int);
  uint8_t (*highest)(const uint8_t *, size_t);
} gram_kernels;

KERNELS(portable, )
#if defined(__x86_64__)
KERNELS(avx2, TARGET_AVX2)
KERNELS(avx512, TARGET_AVX512)
static const gram_kernels kernels[] = {
    {word_grams_portable, byte_grams_portable, highest_portable},
    {word_grams_avx2, byte_grams_avx2, highest_avx2},
    {word_grams_avx512, byte_grams_avx512, highest_avx512}};
#else
static const gram_kernels kernels[] = {
    {word_grams_portable, byte_grams_portable, highest_portable},
    {word_grams_portable, byte_grams_portable, highest_portable},
    {word_grams_portable, byte_grams_portable, highest_portable}};
#endif

static const gram_kernels *kernels_of(int level) {
  kernel_level best = kernel_level_in_use();
  return &kernels[level >= 0 && level <= (int)best ? level : (int)best];
}

void word_gram_slots(
    uint64_t *hashes, const uint64_t *last, uint32_t *slots, size_t count, uint64_t base, int shift,
    int level) {
  kernels_of(level)->word_grams(hashes, last, slots, count, base, shift);
}

void byte_gram_slots(
    const uint64_t *ends, const uint64_t *starts, const uint64_t *scales, uint32_t *slots,
    size_t count, int shift, int level) {
  kernels_of(level)->byte_grams(ends, starts, scales, slots, count, shift);
}

uint8_t highest_byte(const uint8_t *bytes, size_t count, int level) {
  return kernels_of(level)->highest(bytes, count);
}
