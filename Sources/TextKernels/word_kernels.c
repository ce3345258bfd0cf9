#include "word_kernels.h"

#include "kernel_level.h"
#include "word_bytes.h"

#define WORD_MASK(at) (~whitespace_mask(text, at, n, &carry))

// ---- Word hashes --------------------------------------------------------------------------------

static const uint64_t key[4] = {
    0x8b7f0c9a3d51e627, 0xd6e8feb86659fd93, 0xa0761d6478bd642f, 0xe7037ed1a0b428db};

/// Keeps the first `length` bytes (0 to 8) of a little-endian word.
static const uint64_t keep[9] = {
    0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff, ~0ull};

/// Eight bytes at once: A-Z become a-z.
ALWAYS_INLINE uint64_t lower8(uint64_t x) {
  const uint64_t ones = 0x0101010101010101, low7 = 0x7f7f7f7f7f7f7f7f;
  uint64_t ascii = x & low7;
  uint64_t from_a = ascii + (0x80 - 'A') * ones, past_z = ascii + (0x80 - 'Z' - 1) * ones;
  KEEP_SCALAR(from_a);
  uint64_t is_upper = (from_a & ~past_z & ~x) & ~low7;
  return x | is_upper >> 2;
}

ALWAYS_INLINE uint64_t fold128(uint64_t a, uint64_t b) {
  unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/// `p` must be readable for 16 bytes.
ALWAYS_INLINE uint64_t hash_word(const uint8_t *p, size_t length) {
  if (__builtin_expect(length <= 16, 1)) {
    size_t head = length < 8 ? length : 8;
    uint64_t a = lower8(load64(p) & keep[head]), b = lower8(load64(p + 8) & keep[length - head]);
    return fold128(a ^ key[0], b ^ key[1] ^ (uint64_t)length * key[2]);
  }
  uint64_t h = (uint64_t)length * key[2];
  for (size_t i = 0; i + 16 < length; i += 16)
    h = fold128(lower8(load64(p + i)) ^ key[3] ^ h, lower8(load64(p + i + 8)) ^ key[1]);
  const uint8_t *last = p + length - 16;
  return fold128(lower8(load64(last)) ^ key[0] ^ h, lower8(load64(last + 8)) ^ key[2]);
}

ALWAYS_INLINE size_t word_hashes_body(
    const uint8_t *text, size_t n, uint64_t *hashes, uint32_t *starts) {
  size_t count = 0;
  uint64_t carry = 0;
#define HASH_WORD(start, end)                             \
  do {                                                    \
    size_t from = (start), length = (end) - from;         \
    if (starts) starts[count] = (uint32_t)from;           \
    if (__builtin_expect(from + 16 <= n, 1)) {            \
      hashes[count++] = hash_word(text + from, length);   \
    } else {                                              \
      uint8_t rest[16] = {0};                             \
      memcpy(rest, text + from, length);                  \
      hashes[count++] = hash_word(rest, length);          \
    }                                                     \
  } while (0)
  FOR_EACH_RUN(n, WORD_MASK, HASH_WORD);
  return count;
}

static size_t word_hashes_portable(const uint8_t *t, size_t n, uint64_t *h, uint32_t *s) {
  return word_hashes_body(t, n, h, s);
}

// ---- Collapsed text -----------------------------------------------------------------------------

ALWAYS_INLINE size_t collapse_body(const uint8_t *text, size_t n, uint8_t *output) {
  size_t written = 0;
  uint64_t carry = 0;
#define COPY_WORD(start, end)                                                      \
  do {                                                                             \
    size_t from = (start), to = (end);                                             \
    size_t whole = (to - from) & ~(size_t)7, i = 0;                                 \
    for (; i < whole; i += 8) {                                                    \
      uint64_t eight = lower8(load64(text + from + i));                            \
      memcpy(output + written + i, &eight, 8);                                     \
    }                                                                              \
    uint64_t last = 0;                                                             \
    if (__builtin_expect(from + i + 8 <= n, 1)) last = load64(text + from + i);    \
    else memcpy(&last, text + from + i, to - from - i);                            \
    last = lower8(last);                                                           \
    memcpy(output + written + i, &last, 8);                                        \
    written += to - from;                                                          \
    output[written++] = ' ';                                                       \
  } while (0)
  FOR_EACH_RUN(n, WORD_MASK, COPY_WORD);
  return written ? written - 1 : 0;
}

static size_t collapse_portable(const uint8_t *t, size_t n, uint8_t *o) {
  return collapse_body(t, n, o);
}

// ---- Punctuation --------------------------------------------------------------------------------

/// U+2010-205E without the spaces among them, and U+3001-301F.
ALWAYS_INLINE bool is_wide_punctuation(const uint8_t *p) {
  if (p[0] == 0xE2)
    return (p[1] == 0x80 && p[2] >= 0x90) || (p[1] == 0x81 && p[2] >= 0x80 && p[2] <= 0x9E);
  return p[1] == 0x80 && p[2] >= 0x81 && p[2] <= 0x9F;
}

ALWAYS_INLINE void blank_punctuation_body(const uint8_t *text, size_t n, uint8_t *output) {
  size_t skip = 0;  // bytes of a wide character at the start of this block, already written
  for (size_t at = 0; at < n; at += 64) {
    size_t left = n - at < 64 ? n - at : 64;
    uint8_t block[64] = {0};
    memcpy(block, text + at, left);
    bytes64 b;
    memcpy(&b, block, 64);
    bytes64 mark = (bytes64)((b - '!') <= '/' - '!') | (bytes64)((b - ':') <= '@' - ':') |
                   (bytes64)((b - '[') <= '`' - '[') | (bytes64)((b - '{') <= '~' - '{');
    bytes64 blanked = (b & ~mark) | (mark & ' ');
    uint8_t result[64];
    memcpy(result, &blanked, 64);
    uint8_t spill[2] = {0, 0};
    size_t spilled = 0;
    bytes64 may_lead = (bytes64)(b == 0xE2) | (bytes64)(b == 0xE3);
    uint64_t lead = mask_of(&may_lead);
    for (; lead; lead &= lead - 1) {
      size_t i = (size_t)__builtin_ctzll(lead);
      if (i < skip || n - at - i < 3 || !is_wide_punctuation(text + at + i)) continue;
      for (size_t k = 0; k < 3; k++) {
        if (i + k < 64) result[i + k] = ' ';
        else spill[spilled++] = ' ';
      }
    }
    // The next block is read before its first bytes are overwritten: `output` may be `text`.
    memcpy(output + at + skip, result + skip, left > skip ? left - skip : 0);
    skip = spilled;
    if (spilled) memcpy(output + at + 64, spill, spilled);
  }
}

static void blank_punctuation_portable(const uint8_t *t, size_t n, uint8_t *o) {
  blank_punctuation_body(t, n, o);
}

// ---- Levels -------------------------------------------------------------------------------------

typedef struct {
  size_t (*word_hashes)(const uint8_t *, size_t, uint64_t *, uint32_t *);
  size_t (*collapse)(const uint8_t *, size_t, uint8_t *);
  void (*blank_punctuation)(const uint8_t *, size_t, uint8_t *);
} word_table;

#if defined(__x86_64__)
#define LEVEL(NAME, TARGET)                                                                     \
  TARGET static size_t word_hashes_##NAME(                                                      \
      const uint8_t *t, size_t n, uint64_t *h, uint32_t *s) {                                   \
    return word_hashes_body(t, n, h, s);                                                        \
  }                                                                                             \
  TARGET static size_t collapse_##NAME(const uint8_t *t, size_t n, uint8_t *o) {                \
    return collapse_body(t, n, o);                                                              \
  }                                                                                             \
  TARGET static void blank_punctuation_##NAME(const uint8_t *t, size_t n, uint8_t *o) {         \
    blank_punctuation_body(t, n, o);                                                            \
  }
LEVEL(avx2, TARGET_AVX2)
LEVEL(avx512, TARGET_AVX512)
#define ROW(NAME) {word_hashes_##NAME, collapse_##NAME, blank_punctuation_##NAME}
static const word_table tables[] = {ROW(portable), ROW(avx2), ROW(avx512)};
#else
static const word_table tables[] = {
    {word_hashes_portable, collapse_portable, blank_punctuation_portable}};
#endif

size_t text_word_hashes(const uint8_t *t, size_t n, uint64_t *h, uint32_t *s) {
  return tables[kernel_level_in_use()].word_hashes(t, n, h, s);
}

size_t text_collapse(const uint8_t *t, size_t n, uint8_t *o) {
  return tables[kernel_level_in_use()].collapse(t, n, o);
}

void text_blank_punctuation(const uint8_t *t, size_t n, uint8_t *o) {
  tables[kernel_level_in_use()].blank_punctuation(t, n, o);
}
