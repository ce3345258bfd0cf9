#include "character_masks.h"

#include "anatomy_scratch.h"
#include "byte_vectors.h"
#include "character_classes.h"
#include "character_traits.h"
#include "kernel_level.h"

#define RANGE(v, low, high) MASK((bytes64)((v) - (uint8_t)(low)) <= (uint8_t)((high) - (low)))

/// The masks of the ASCII bytes; `beyond` takes a bit for each other byte.
INLINE void ascii_body(
    const uint8_t *text, size_t length, const character_masks *m, uint64_t *beyond) {
  for (size_t at = 0, i = 0; at < length; at += 64, i++) {
    bytes64 v;
    size_t left = length - at;
    uint64_t inside = ~0ull;
    if (left >= 64) {
      memcpy(&v, text + at, 64);
    } else {
      uint8_t tail[64] = {0};
      memcpy(tail, text + at, left);
      memcpy(&v, tail, 64);
      inside = ~0ull >> (64 - left);
    }
    uint64_t upper = RANGE(v, 'A', 'Z'), lower = RANGE(v, 'a', 'z'), digit = RANGE(v, '0', '9');
    uint64_t letter = upper | lower, dot = MASK(v == '.');
    uint64_t tab = RANGE(v, '\t', '\r') | MASK(v == ' ');
    m->word[i] = letter | digit | MASK(v == '_');
    m->space[i] = tab | RANGE(v, 0x1C, 0x1F);
    m->letter[i] = m->alpha[i] = letter;
    m->alnum[i] = letter | digit;
    m->upper[i] = upper;
    m->lower[i] = lower;
    m->digit[i] = m->numeric[i] = digit;
    m->sentence_end[i] = dot | MASK(v == '!') | MASK(v == '?');
    m->dot[i] = dot;
    m->break_space[i] = (tab | MASK(v == 0)) & inside;
    m->continuation[i] = MASK((v & 0xC0) == 0x80);
    beyond[i] = MASK(v >= 0x80);
  }
}

typedef void ascii_kernel(const uint8_t *, size_t, const character_masks *, uint64_t *);

static void ascii_portable(
    const uint8_t *text, size_t length, const character_masks *m, uint64_t *beyond) {
  ascii_body(text, length, m, beyond);
}
#if defined(__x86_64__)
TARGET_AVX2 static void ascii_avx2(
    const uint8_t *text, size_t length, const character_masks *m, uint64_t *beyond) {
  ascii_body(text, length, m, beyond);
}
TARGET_AVX512 static void ascii_avx512(
    const uint8_t *text, size_t length, const character_masks *m, uint64_t *beyond) {
  ascii_body(text, length, m, beyond);
}
static ascii_kernel *const kernels[] = {ascii_portable, ascii_avx2, ascii_avx512};
#else
static ascii_kernel *const kernels[] = {ascii_portable, ascii_portable, ascii_portable};
#endif

/// Sets `count` (1 to 4) bits from bit `at` on.
static inline void set_bits(uint64_t *mask, size_t at, uint32_t count) {
  uint64_t bits = (1ull << count) - 1;
  mask[at / 64] |= bits << (at & 63);
  if ((at & 63) + count > 64) mask[at / 64 + 1] |= bits >> (64 - (at & 63));
}

static inline void set_bit(uint64_t *mask, size_t at, bool value) {
  mask[at / 64] |= (uint64_t)value << (at & 63);
}

/// Adds the characters beyond ASCII.
static void add_characters(
    const uint8_t *text, size_t length, const character_masks *m, const uint64_t *beyond) {
  for (size_t at = mask_next(beyond, 0, length, 0); at < length;
       at = mask_next(beyond, at, length, 0)) {
    character c = character_at(text + at, text + length);
    uint32_t class = character_class(c.code), traits = character_traits(c.code);
    if (class & CLASS_WORD) set_bits(m->word, at, c.length);
    if (class & CLASS_SPACE) set_bits(m->space, at, c.length);
    set_bit(m->alpha, at, class & CLASS_ALPHA);
    set_bit(m->alnum, at, traits & TRAIT_ALNUM);
    set_bit(m->upper, at, traits & TRAIT_UPPER);
    set_bit(m->lower, at, traits & (TRAIT_LOWER | TRAIT_TITLE));
    set_bit(m->digit, at, traits & TRAIT_DIGIT);
    set_bit(m->numeric, at, traits & TRAIT_NUMERIC);
    at += c.length;
  }
}

bool anatomy_character_masks(text_anatomy *anatomy, character_masks *masks) {
  anatomy_scratch *scratch = anatomy->scratch;
  // One word more, so that a reader of the next bits needs no check.
  size_t words = anatomy->length / 64 + 2;
  if (words > scratch->character_mask_words) {
    free(scratch->character_masks);
    scratch->character_mask_words = 0;
    scratch->character_masks = malloc((character_mask_count + 1) * words * sizeof(uint64_t));
    if (!scratch->character_masks) return false;
    scratch->character_mask_words = words;
    scratch->masked_fill = 0;
  }
  uint64_t *base = scratch->character_masks;
  size_t stride = scratch->character_mask_words, used = (anatomy->length + 63) / 64;
  *masks = (character_masks){
      base, base + stride, base + 2 * stride, base + 3 * stride, base + 4 * stride,
      base + 5 * stride, base + 6 * stride, base + 7 * stride, base + 8 * stride,
      base + 9 * stride, base + 10 * stride, base + 11 * stride, base + 12 * stride};
  if (scratch->masked_fill == scratch->fill) return true;
  uint64_t *beyond = base + 13 * stride;
  for (int i = 0; i <= character_mask_count; i++) base[i * stride + used] = 0;
  kernels[kernel_level_in_use()](anatomy->text, anatomy->length, masks, beyond);
  add_characters(anatomy->text, anatomy->length, masks, beyond);
  scratch->masked_fill = scratch->fill;
  return true;
}
