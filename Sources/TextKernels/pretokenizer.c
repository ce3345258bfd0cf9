#include "pretokenizer.h"

#include <string.h>

#include "kernel_level.h"
#include "pretokenizer_classes.h"

// Vectors are passed only to functions that are inlined, so their calling convention is no matter.
#pragma clang diagnostic ignored "-Wpsabi"

// A chunk becomes one class byte per byte of text; a boundary is then a function of three
// neighbouring class bytes, 64 at a time; contractions move single boundaries afterwards.
enum {
  // A space that may belong to the following pre-token. Always together with CLASS_SPACE.
  CLASS_JOINS = 8,
  // A byte inside a character.
  CLASS_INSIDE = 16,
  PADDING = 64,
  WORDS = (PRETOKENIZER_CHUNK + 3 + 63) / 64 + 1,
};

typedef uint8_t bytes64 __attribute__((ext_vector_type(64)));
typedef bool bits64 __attribute__((ext_vector_type(64)));

static inline __attribute__((always_inline)) bytes64 load(const uint8_t *p) {
  bytes64 v;
  memcpy(&v, p, 64);
  return v;
}

static inline __attribute__((always_inline)) uint64_t mask_of(bytes64 is_nonzero) {
  bits64 bits = __builtin_convertvector(is_nonzero != 0, bits64);
  uint64_t mask;
  memcpy(&mask, &bits, 8);
  return mask;
}

static inline uint8_t class_of(uint32_t c) {
  return class_blocks[class_index[c >> CLASS_SHIFT]][c & ((1 << CLASS_SHIFT) - 1)];
}

static inline bool is_inside(uint8_t byte) { return (byte & 0xC0) == 0x80; }

// The length of the character at `p` and its class. Not valid: one byte, a symbol.
static inline size_t decode(const uint8_t *p, size_t left, uint8_t *class) {
  uint8_t a = p[0];
  *class = 0;
  if (a < 0x80) {
    *class = a == ' ' ? CLASS_SPACE | CLASS_JOINS : class_of(a);
    return 1;
  }
  if (a < 0xC2 || a > 0xF4 || left < 2 || !is_inside(p[1])) return 1;
  if (a < 0xE0) {
    *class = class_of((uint32_t)(a & 0x1F) << 6 | (p[1] & 0x3F));
    return 2;
  }
  if (left < 3 || !is_inside(p[2])) return 1;
  if (a < 0xF0) {
    uint32_t c = (uint32_t)(a & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    if (c < 0x800 || (c >= 0xD800 && c < 0xE000)) return 1;
    *class = class_of(c);
    return 3;
  }
  if (left < 4 || !is_inside(p[3])) return 1;
  uint32_t c = (uint32_t)(a & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 |
               (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
  if (c < 0x10000 || c > 0x10FFFF) return 1;
  *class = class_of(c);
  return 4;
}

// Classes of 64 ASCII bytes.
static inline __attribute__((always_inline)) void classify_ascii(const uint8_t *text, uint8_t *out) {
  bytes64 v = load(text);
  bytes64 letter = (bytes64)((v | 32) - 'a' < 26) & CLASS_LETTER;
  bytes64 number = (bytes64)(v - '0' < 10) & CLASS_NUMBER;
  bytes64 control = (bytes64)(v - 9 < 5) & CLASS_SPACE;
  bytes64 space = (bytes64)(v == ' ') & (CLASS_SPACE | CLASS_JOINS);
  bytes64 class = letter | number | control | space;
  memcpy(out, &class, 64);
}

// Fills `class[0..<count]` and notes where a white-space character of several bytes starts, whose
// neighbours are not the neighbouring bytes. Returns how many those are.
static inline __attribute__((always_inline)) size_t classify(const uint8_t *text, size_t count,
                                                            uint8_t *class, uint16_t *wide) {
  size_t wide_count = 0, i = 0;
  while (i < count) {
    if (i + 64 <= count && !mask_of(load(text + i) & 0x80)) {
      classify_ascii(text + i, class + i);
      i += 64;
      continue;
    }
    size_t stop = i + 64 < count ? i + 64 : count;
    while (i < stop) {
      uint8_t c;
      size_t length = decode(text + i, count - i, &c);
      class[i] = c;
      if (length > 1) {
        if (c & CLASS_SPACE) wide[wide_count++] = (uint16_t)i;
        memset(class + i + 1, c | CLASS_INSIDE, length - 1);
      }
      i += length;
    }
  }
  return wide_count;
}

// Bit i: a pre-token starts at byte i. Needs class[-1] and class[count].
static inline __attribute__((always_inline)) void mark_starts(const uint8_t *class, size_t count,
                                                             uint64_t *starts) {
  for (size_t i = 0; i < count; i += 64) {
    bytes64 here = load(class + i), before = load(class + i - 1), after = load(class + i + 1);
    bytes64 is_space = (bytes64)((here & CLASS_SPACE) != 0);
    bytes64 differs = (bytes64)(((here ^ before) & 7) != 0);
    // A space run gives its last character to what follows, or to itself.
    bytes64 splits_run = (bytes64)((before & after & CLASS_SPACE) == 0);
    bytes64 is_joined = (bytes64)((before & CLASS_JOINS) != 0);
    bytes64 start = (is_space & splits_run) | (~is_space & differs & ~is_joined);
    starts[i / 64] = mask_of(start & (bytes64)((here & CLASS_INSIDE) == 0));
  }
}

static inline void set_bit(uint64_t *words, size_t i, bool value) {
  uint64_t bit = 1ull << (i & 63);
  words[i >> 6] = value ? words[i >> 6] | bit : words[i >> 6] & ~bit;
}

// The bytes after the apostrophe that belong to it: 's 't 'm 'd 're 've 'll.
static inline size_t contraction(const uint8_t *p, size_t left) {
  if (left < 2) return 0;
  uint8_t a = p[1];
  if (a == 's' || a == 't' || a == 'm' || a == 'd') return 1;
  if (left < 3) return 0;
  uint8_t b = p[2];
  return ((a == 'r' || a == 'v') && b == 'e') || (a == 'l' && b == 'l') ? 2 : 0;
}

static inline __attribute__((always_inline)) size_t scan_body(pretokenizer_walk *walk,
                                                             size_t *ends) {
  const size_t begin = walk->position, left = walk->count - begin;
  if (left == 0) return 0;
  const uint8_t *text = walk->text + begin;
  size_t count = left < PRETOKENIZER_CHUNK ? left : PRETOKENIZER_CHUNK;
  for (int i = 0; i < 3 && count < left && is_inside(text[count]); i++) count++;

  _Alignas(64) uint8_t buffer[PADDING + PRETOKENIZER_CHUNK + 3 + 2 * PADDING];
  uint8_t *class = buffer + PADDING;
  uint16_t wide[PRETOKENIZER_CHUNK / 2 + 2];
  size_t wide_count = classify(text, count, class, wide);
  class[-1] = walk->last_class;
  memset(class + count, 0, PADDING + 2);
  class[count] = CLASS_SPACE;  // The end of the text does not split a run of spaces.
  if (count < left) decode(text + count, left - count, &class[count]);

  uint64_t starts[WORDS + 1];
  memset(starts, 0, sizeof starts);
  mark_starts(class, count, starts);
  for (size_t k = 0; k < wide_count; k++) {
    size_t i = wide[k], next = i + 1;
    while (class[next] & CLASS_INSIDE) next++;
    set_bit(starts, i, !(class[i - 1] & class[next] & CLASS_SPACE));
  }
  for (size_t i = 0; i < 3; i++) {
    if (walk->forbidden >> i & 1) set_bit(starts, i, false);
    if (walk->forced >> i & 1) set_bit(starts, i, true);
  }
  if (begin == 0) set_bit(starts, 0, true);

  for (size_t i = 0; i < count; i += 64) {
    uint64_t tail = count - i >= 64 ? ~0ull : (1ull << (count - i)) - 1;
    size_t whole = i + 64 <= left ? 64 : left - i;
    uint64_t quotes;
    if (whole == 64) {
      quotes = mask_of((bytes64)(load(text + i) == '\''));
    } else {
      quotes = 0;
      for (size_t j = 0; j < whole; j++) quotes |= (uint64_t)(text[i + j] == '\'') << j;
    }
    for (quotes &= starts[i / 64] & tail; quotes; quotes &= quotes - 1) {
      size_t at = i + (size_t)__builtin_ctzll(quotes);
      size_t length = contraction(text + at, left - at);
      if (!length) continue;
      set_bit(starts, at + 1, false);
      if (at + 1 + length < left) set_bit(starts, at + 1 + length, true);
      if (length == 2) set_bit(starts, at + 2, false);
      // A contraction at the chunk's end decides about bytes of the next one.
      for (size_t j = at + 1; j <= at + 1 + length; j++) class[j] |= 32;
    }
  }

  size_t end_count = 0;
  for (size_t i = 0; i < count; i += 64) {
    uint64_t tail = count - i >= 64 ? ~0ull : (1ull << (count - i)) - 1;
    for (uint64_t word = starts[i / 64] & tail; word; word &= word - 1)
      ends[end_count++] = begin + i + (size_t)__builtin_ctzll(word);
  }
  walk->forced = walk->forbidden = 0;
  for (size_t i = 0; i < 3 && count + i < left; i++) {
    if (!(class[count + i] & 32)) continue;
    bool start = starts[(count + i) >> 6] >> ((count + i) & 63) & 1;
    *(start ? &walk->forced : &walk->forbidden) |= (uint8_t)(1 << i);
  }
  walk->last_class = class[count - 1] & 15;
  walk->position += count;
  // The first start of a text ends nothing.
  if (begin == 0) memmove(ends, ends + 1, --end_count * sizeof *ends);
  if (walk->position == walk->count) ends[end_count++] = walk->count;
  return end_count;
}

typedef size_t scan_function(pretokenizer_walk *, size_t *);

static size_t scan_portable(pretokenizer_walk *walk, size_t *ends) { return scan_body(walk, ends); }
#if defined(__x86_64__)
TARGET_AVX2 static size_t scan_avx2(pretokenizer_walk *walk, size_t *ends) {
  return scan_body(walk, ends);
}
TARGET_AVX512 static size_t scan_avx512(pretokenizer_walk *walk, size_t *ends) {
  return scan_body(walk, ends);
}
static scan_function *const scans[] = {scan_portable, scan_avx2, scan_avx512};
#else
static scan_function *const scans[] = {scan_portable, scan_portable, scan_portable};
#endif

size_t pretokenizer_scan(pretokenizer_walk *walk, size_t *ends) {
  return scans[kernel_level_in_use()](walk, ends);
}

const char *pretokenizer_unicode_version(void) { return PRETOKENIZER_UNICODE_VERSION; }
