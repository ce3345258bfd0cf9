#include "json_text.h"

#include "byte_vectors.h"
#include "kernel_level.h"

/// What stands for a byte, and how many bytes that are.
typedef struct {
  uint8_t bytes[7];
  uint8_t length;
} escape;

static escape escape_of(uint8_t byte) {
  static const char letters[] = "btn.fr";
  static const char digits[] = "0123456789abcdef";
  if (byte == '"' || byte == '\\') return (escape){{'\\', byte}, 2};
  if (byte >= 8 && byte <= 13 && byte != 11) return (escape){{'\\', (uint8_t)letters[byte - 8]}, 2};
  return (escape){
      {'\\', 'u', '0', '0', (uint8_t)digits[byte >> 4], (uint8_t)digits[byte & 15]}, 6};
}

static escape escapes[128];
__attribute__((constructor)) static void fill_escapes(void) {
  for (int byte = 0; byte < 128; byte++) escapes[byte] = escape_of((uint8_t)byte);
}

/// 64 bytes, `count` of which are text; 64 bytes can be read from each of them.
#define ESCAPE_BLOCK(from, count)                                                             \
  {                                                                                           \
    bytes64 v;                                                                                \
    memcpy(&v, (from), 64);                                                                   \
    uint64_t special = MASK(v < 0x20) | MASK(v == '"') | MASK(v == '\\');                     \
    if ((count) < 64) special &= (1ull << (count)) - 1;                                       \
    size_t done = 0;                                                                          \
    while (special) {                                                                         \
      const size_t at = (size_t)__builtin_ctzll(special);                                     \
      memcpy(out, (from) + done, 64);                                                         \
      out += at - done;                                                                       \
      const escape *e = &escapes[(from)[at]];                                                 \
      memcpy(out, e, 8);                                                                      \
      out += e->length;                                                                       \
      done = at + 1;                                                                          \
      special &= special - 1;                                                                 \
    }                                                                                         \
    memcpy(out, (from) + done, 64);                                                           \
    out += (count) - done;                                                                    \
  }

INLINE size_t escape_body(const uint8_t *text, size_t length, uint8_t *output) {
  uint8_t *out = output;
  size_t i = 0;
  for (; i + 128 <= length; i += 64) ESCAPE_BLOCK(text + i, 64)
  // The rest where more can be read than there is.
  uint8_t tail[192] = {0};
  const size_t rest = length - i;
  if (rest) memcpy(tail, text + i, rest);
  for (size_t t = 0; t < rest; t += 64) {
    const size_t count = rest - t < 64 ? rest - t : 64;
    ESCAPE_BLOCK(tail + t, count)
  }
  return (size_t)(out - output);
}

static size_t escape_portable(const uint8_t *text, size_t length, uint8_t *output) {
  return escape_body(text, length, output);
}
#if defined(__x86_64__)
TARGET_AVX2 static size_t escape_avx2(const uint8_t *text, size_t length, uint8_t *output) {
  return escape_body(text, length, output);
}
TARGET_AVX512 static size_t escape_avx512(const uint8_t *text, size_t length, uint8_t *output) {
  return escape_body(text, length, output);
}
static size_t (*const kernels[])(const uint8_t *, size_t, uint8_t *) = {
    escape_portable, escape_avx2, escape_avx512};
#else
static size_t (*const kernels[])(const uint8_t *, size_t, uint8_t *) = {
    escape_portable, escape_portable, escape_portable};
#endif

size_t json_text_escape(const uint8_t *text, size_t length, uint8_t *output, int level) {
  const int best = (int)kernel_level_in_use();
  return kernels[level >= 0 && level <= best ? level : best](text, length, output);
}
