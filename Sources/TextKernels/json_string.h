#pragma once
// One JSON string, unescaped while it is looked for its end: a body for each processor level.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernel_level.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET_VBMI2                                                                              \
  __attribute__((target("arch=x86-64-v4,avx512vbmi,avx512vbmi2,popcnt,bmi,bmi2")))
#endif

typedef struct {
  /// Bytes in front of the closing quote, and what they became.
  size_t read, written;
  /// False where there is no closing quote, or something that a full parser must judge.
  bool is_closed;
  /// Whether bytes past ASCII were seen, perhaps behind the string; they are unchecked.
  bool has_high_bytes;
} json_string;

/// Every escape is longer than what it stands for.
static inline bool json_has_escapes(json_string string) { return string.read != string.written; }

/// What an escape of one letter stands for; 0 for none.
static inline uint8_t json_simple_escape(uint8_t letter) {
  switch (letter) {
    case '"': case '\\': case '/': return letter;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

static inline int json_hex4(const uint8_t *at) {
  int value = 0;
  for (int i = 0; i < 4; i++) {
    const uint8_t c = at[i];
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

/// The escape at `at` (its backslash): bytes read, 0 where a full parser must judge. It writes at
/// most 4 bytes. A control character behind the string is no digit, so nothing is read past it.
static inline size_t json_escape(const uint8_t *at, uint8_t *out, size_t *written) {
  if (at[1] != 'u') {
    *out = json_simple_escape(at[1]);
    *written = 1;
    return *out ? 2 : 0;
  }
  int code = json_hex4(at + 2);
  if (code <= 0 || (code >= 0xDC00 && code < 0xE000)) return 0;
  size_t read = 6;
  if (code >= 0xD800 && code < 0xDC00) {
    if (at[6] != '\\' || at[7] != 'u') return 0;
    const int low = json_hex4(at + 8);
    if (low < 0xDC00 || low > 0xDFFF) return 0;
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    read = 12;
  }
  if (code < 0x80) {
    out[0] = (uint8_t)code;
    *written = 1;
  } else if (code < 0x800) {
    out[0] = (uint8_t)(0xC0 | code >> 6);
    out[1] = (uint8_t)(0x80 | (code & 0x3F));
    *written = 2;
  } else if (code < 0x10000) {
    out[0] = (uint8_t)(0xE0 | code >> 12);
    out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
    out[2] = (uint8_t)(0x80 | (code & 0x3F));
    *written = 3;
  } else {
    out[0] = (uint8_t)(0xF0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (code & 0x3F));
    *written = 4;
  }
  return read;
}

/// The characters that a backslash escapes, of a block whose first byte is not escaped: runs of
/// backslashes are counted by the carry of one addition.
/// Method: Langdale and Lemire, "Parsing gigabytes of JSON per second", arXiv:1902.08318.
static inline uint64_t json_escaped_bits(uint64_t backslashes) {
  const uint64_t even = 0x5555555555555555u;
  const uint64_t follows = backslashes << 1;
  const uint64_t odd_starts = backslashes & ~even & ~follows;
  const uint64_t carried = odd_starts + backslashes;
  return (even ^ (carried << 1)) & follows;
}

static inline json_string json_string_portable(const uint8_t *bytes, uint8_t *out) {
  json_string found = {0};
  size_t i = 0, o = 0;
  while (true) {
    const uint8_t byte = bytes[i];
    if (byte == '"') {
      found.is_closed = true;
      break;
    }
    if (byte < 0x20) break;
    if (byte == '\\') {
      size_t written;
      const size_t read = json_escape(bytes + i, out + o, &written);
      if (!read) break;
      found.has_high_bytes |= written > 1;
      i += read;
      o += written;
      continue;
    }
    found.has_high_bytes |= byte >= 0x80;
    out[o++] = byte;
    i++;
  }
  found.read = i;
  found.written = o;
  return found;
}

/// The loop that both vector bodies share: 64 bytes at a time, whatever escapes they have. `LOAD` finds
/// a block's masks, `MAP` the escapes that mean nothing alone, `STORE` writes the bytes of `kept` with
/// escaped ones mapped. A control character behind the string ends the loop.
#define JSON_STRING_LOOP(LOAD, COPY, MAP, STORE, ANY_HIGH)                                        \
  size_t i = 0, o = 0;                                                                            \
  bool is_closed = false;                                                                         \
  while (true) {                                                                                  \
    uint64_t backslashes, quotes, controls;                                                       \
    LOAD(bytes + i)                                                                               \
    if (!(backslashes | quotes | controls)) {                                                     \
      COPY(out + o)                                                                               \
      i += 64;                                                                                    \
      o += 64;                                                                                    \
      continue;                                                                                   \
    }                                                                                             \
    const uint64_t escaped = json_escaped_bits(backslashes);                                      \
    const uint64_t starters = backslashes & ~escaped;                                             \
    uint64_t unknown;                                                                             \
    MAP(escaped)                                                                                  \
    /* The block ends in front of what needs a closer look: an escape over its end does. */       \
    const uint64_t stops =                                                                        \
        (quotes & ~escaped) | controls | unknown >> 1 | (starters & 1ull << 63);                  \
    if (__builtin_expect(stops == 0, 1)) {                                                        \
      /* A branch and no sum: the next block is read before this one is known to be whole. */     \
      STORE(out + o, ~starters)                                                                   \
      o += (size_t)__builtin_popcountll(~starters);                                               \
      i += 64;                                                                                    \
      continue;                                                                                   \
    }                                                                                             \
    const unsigned n = (unsigned)__builtin_ctzll(stops);                                          \
    const uint64_t kept = _bzhi_u64(~starters, n);                                                \
    STORE(out + o, kept)                                                                          \
    o += (size_t)__builtin_popcountll(kept);                                                      \
    i += n;                                                                                       \
    if (bytes[i] == '"') {                                                                        \
      is_closed = true;                                                                           \
      break;                                                                                      \
    }                                                                                             \
    size_t written = 0;                                                                           \
    const size_t read = bytes[i] == '\\' ? json_escape(bytes + i, out + o, &written) : 0;         \
    if (!read) break;                                                                             \
    any_high |= written > 1;                                                                      \
    i += read;                                                                                    \
    o += written;                                                                                 \
  }                                                                                               \
  return (json_string){i, o, is_closed, any_high || (ANY_HIGH)};

#if defined(__x86_64__)

#define AVX2_LOAD(p)                                                                              \
  const __m256i a = _mm256_loadu_si256((const __m256i *)(p));                                     \
  const __m256i b = _mm256_loadu_si256((const __m256i *)((p) + 32));                              \
  backslashes = PAIR_MASK(_mm256_cmpeq_epi8(a, slash), _mm256_cmpeq_epi8(b, slash));              \
  quotes = PAIR_MASK(_mm256_cmpeq_epi8(a, quote), _mm256_cmpeq_epi8(b, quote));                   \
  controls = PAIR_MASK(                                                                           \
      _mm256_cmpeq_epi8(_mm256_min_epu8(a, last_control), a),                                     \
      _mm256_cmpeq_epi8(_mm256_min_epu8(b, last_control), b));                                    \
  seen = _mm256_or_si256(seen, _mm256_or_si256(a, b));
#define PAIR_MASK(a, b)                                                                           \
  ((uint64_t)(uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32)
#define AVX2_COPY(p)                                                                              \
  _mm256_storeu_si256((__m256i *)(p), a);                                                         \
  _mm256_storeu_si256((__m256i *)((p) + 32), b);

/// Letters behind a backslash, mapped; bytes that mean nothing there become 0.
TARGET_AVX2 static inline __attribute__((always_inline)) __m256i json_mapped_avx2(__m256i v) {
  // By the low half of the letter: b, f, n and, where bit 4 is set, r, t.
  const __m256i low = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 0, '\b', 0, 0, 0, '\f', 0, 0, 0, 0, 0, 0, 0, '\n', 0));
  const __m256i upper = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 0, '\r', 0, '\t', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  const __m256i nibble = _mm256_and_si256(v, _mm256_set1_epi8(0x0F));
  const __m256i row = _mm256_slli_epi16(v, 3);
  const __m256i letters = _mm256_blendv_epi8(
      _mm256_shuffle_epi8(low, nibble), _mm256_shuffle_epi8(upper, nibble), row);
  // Rows 6 and 7 of ASCII are the lower-case letters.
  const __m256i is_letter = _mm256_cmpeq_epi8(
      _mm256_and_si256(v, _mm256_set1_epi8((char)0xE0)), _mm256_set1_epi8(0x60));
  const __m256i itself = _mm256_or_si256(
      _mm256_or_si256(
          _mm256_cmpeq_epi8(v, _mm256_set1_epi8('"')),
          _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\\'))),
      _mm256_cmpeq_epi8(v, _mm256_set1_epi8('/')));
  return _mm256_or_si256(_mm256_and_si256(letters, is_letter), _mm256_and_si256(v, itself));
}

#define AVX2_MAP(escaped)                                                                   \
  const __m256i mapped_a = json_mapped_avx2(a), mapped_b = json_mapped_avx2(b);                   \
  const __m256i zero = _mm256_setzero_si256();                                                    \
  unknown = (escaped) & PAIR_MASK(_mm256_cmpeq_epi8(mapped_a, zero), _mm256_cmpeq_epi8(mapped_b, zero));
#define AVX2_STORE(p, kept)                                                                       \
  {                                                                                               \
    uint64_t words[8];                                                                            \
    const __m256i in_a = json_bytes_of_bits((uint32_t)escaped);                                   \
    const __m256i in_b = json_bytes_of_bits((uint32_t)(escaped >> 32));                           \
    _mm256_storeu_si256((__m256i *)words, _mm256_blendv_epi8(a, mapped_a, in_a));                 \
    _mm256_storeu_si256((__m256i *)(words + 4), _mm256_blendv_epi8(b, mapped_b, in_b));           \
    uint8_t *to = (p);                                                                            \
    for (int w = 0; w < 8; w++) {                                                                 \
      const uint64_t bits = (kept) >> (8 * w) & 0xFF;                                             \
      const uint64_t mask = _pdep_u64(bits, 0x0101010101010101u) * 0xFF;                          \
      const uint64_t packed = _pext_u64(words[w], mask);                                          \
      memcpy(to, &packed, 8);                                                                     \
      to += __builtin_popcountll(bits);                                                           \
    }                                                                                             \
  }

/// A byte of ones for each bit.
TARGET_AVX2 static inline __attribute__((always_inline)) __m256i json_bytes_of_bits(uint32_t bits) {
  const __m256i spread = _mm256_shuffle_epi8(
      _mm256_set1_epi32((int)bits),
      _mm256_setr_epi8(
          0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3,
          3));
  const __m256i one = _mm256_set1_epi64x((long long)0x8040201008040201u);
  return _mm256_cmpeq_epi8(_mm256_and_si256(spread, one), one);
}

TARGET_AVX2 static inline json_string json_string_avx2(const uint8_t *bytes, uint8_t *out) {
  const __m256i slash = _mm256_set1_epi8('\\'), quote = _mm256_set1_epi8('"');
  const __m256i last_control = _mm256_set1_epi8(0x1F);
  __m256i seen = _mm256_setzero_si256();
  bool any_high = false;
  JSON_STRING_LOOP(AVX2_LOAD, AVX2_COPY, AVX2_MAP, AVX2_STORE, _mm256_movemask_epi8(seen) != 0)
}

#define VBMI2_LOAD(p)                                                                             \
  const __m512i v = _mm512_loadu_si512(p);                                                        \
  backslashes = _mm512_cmpeq_epi8_mask(v, slash);                                                 \
  quotes = _mm512_cmpeq_epi8_mask(v, quote);                                                      \
  controls = _mm512_cmplt_epu8_mask(v, space);                                                    \
  seen = _mm512_or_si512(seen, v);
#define VBMI2_COPY(p) _mm512_storeu_si512((p), v);
#define VBMI2_MAP(escaped)                                                                  \
  const __m512i mapped = _mm512_permutex2var_epi8(table_low, v, table_high);                      \
  unknown = (escaped) & (_mm512_testn_epi8_mask(mapped, mapped) | _mm512_movepi8_mask(v));
#define VBMI2_STORE(p, kept)                                                                      \
  _mm512_storeu_si512(                                                                            \
      (p), _mm512_maskz_compress_epi8((kept), _mm512_mask_mov_epi8(v, escaped, mapped)));

/// What each ASCII character means behind a backslash.
static const uint8_t json_escape_table[128] = {
    ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t',
};

TARGET_VBMI2 static inline json_string json_string_vbmi2(const uint8_t *bytes, uint8_t *out) {
  const __m512i slash = _mm512_set1_epi8('\\'), quote = _mm512_set1_epi8('"');
  const __m512i space = _mm512_set1_epi8(0x20);
  const __m512i table_low = _mm512_loadu_si512(json_escape_table);
  const __m512i table_high = _mm512_loadu_si512(json_escape_table + 64);
  __m512i seen = _mm512_setzero_si512();
  bool any_high = false;
  JSON_STRING_LOOP(VBMI2_LOAD, VBMI2_COPY, VBMI2_MAP, VBMI2_STORE, _mm512_movepi8_mask(seen) != 0)
}
#endif
