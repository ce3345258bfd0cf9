#include "delimited_text.h"

#include "byte_vectors.h"
#include "kernel_level.h"

enum { AT_FIELD, IN_FIELD, IN_QUOTES, BEHIND_QUOTE, BEHIND_CR };

/// The bits of one block of 64 bytes; `base` is far away before the first.
typedef struct {
  size_t base;
  uint64_t bits;
} block_mask;

INLINE uint64_t mask_of(
    const uint8_t *bytes, size_t left, uint8_t separator, bool of_quotes) {
  bytes64 v;
  uint64_t within = ~0ull;
  if (left >= 64) {
    memcpy(&v, bytes, 64);
  } else {
    uint8_t tail[64] = {0};
    memcpy(tail, bytes, left);
    memcpy(&v, tail, 64);
    within = ~(~0ull << left);
  }
  uint64_t mask = of_quotes ? MASK(v == '"') : MASK((v == separator) | (v == '\n') | (v == '\r'));
  return mask & within;
}

/// The first hit at or behind `from`; `count` where there is none.
INLINE size_t next_hit(
    const uint8_t *bytes, size_t count, size_t from, uint8_t separator, bool of_quotes,
    block_mask *block) {
  uint64_t bits = 0;
  if (from - block->base < 64) {
    bits = block->bits >> (from - block->base);
    if (bits) return from + (size_t)__builtin_ctzll(bits);
    from = block->base + 64;
  }
  while (from < count) {
    bits = mask_of(bytes + from, count - from, separator, of_quotes);
    block->base = from;
    block->bits = bits;
    if (bits) return from + (size_t)__builtin_ctzll(bits);
    from += 64;
  }
  return count;
}

INLINE delimited_status record_body(
    const uint8_t *bytes, size_t count, bool is_last, uint8_t separator, delimited_scan *scan,
    delimited_field *fields, size_t capacity) {
  size_t at = scan->position, start = scan->field_start, found = scan->field_count;
  uint32_t marks = scan->field_marks, state = scan->state;
  block_mask ends = {(size_t)0 - 64 - count, 0}, quotes = ends;
  delimited_status status = DELIMITED_MORE;
#define PUT_FIELD(end_)                                         \
  do {                                                          \
    if (found < capacity) {                                     \
      fields[found] = (delimited_field){start, (end_), marks};  \
    }                                                           \
    found++;                                                    \
    marks = 0;                                                  \
  } while (0)
  for (;;) {
    if (state == AT_FIELD) {
      if (at >= count) break;
      bool is_quote = bytes[at] == '"';
      marks = is_quote ? DELIMITED_QUOTED : 0;
      state = is_quote ? IN_QUOTES : IN_FIELD;
      at += is_quote;
      start = at;
    }
    if (state == IN_QUOTES) {
      at = next_hit(bytes, count, at, separator, true, &quotes);
      if (at >= count) break;
      at++;
      state = BEHIND_QUOTE;
    }
    if (state == BEHIND_QUOTE) {
      if (at >= count) break;
      uint8_t byte = bytes[at];
      if (byte == '"') {
        marks |= DELIMITED_ESCAPED;
        state = IN_QUOTES;
        at++;
        continue;
      }
      if (byte != separator && byte != '\n' && byte != '\r') marks |= DELIMITED_ESCAPED;
      state = IN_FIELD;
    }
    if (state == IN_FIELD) {
      at = next_hit(bytes, count, at, separator, false, &ends);
      if (at >= count) break;
      // The closing quote belongs to a field that is still to be unescaped.
      PUT_FIELD(marks == DELIMITED_QUOTED ? at - 1 : at);
      uint8_t byte = bytes[at];
      at++;
      state = AT_FIELD;
      if (byte == separator) continue;
      if (byte == '\n') {
        status = DELIMITED_RECORD;
        break;
      }
      state = BEHIND_CR;
    }
    if (state == BEHIND_CR) {
      if (at >= count && !is_last) break;
      if (at < count && bytes[at] == '\n') at++;
      status = DELIMITED_RECORD;
      break;
    }
  }
  if (status == DELIMITED_MORE && is_last) {
    status = DELIMITED_RECORD;
    if (state == AT_FIELD && found == 0) {
      status = DELIMITED_END;
    } else if (state == IN_QUOTES) {
      status = DELIMITED_OPEN_QUOTE;
    } else {
      if (state == AT_FIELD) start = at, marks = 0;
      PUT_FIELD(marks == DELIMITED_QUOTED ? at - 1 : at);
    }
  }
  *scan = (delimited_scan){at, start, found, marks, state};
  return status;
}

typedef delimited_status record_kernel(
    const uint8_t *, size_t, bool, uint8_t, delimited_scan *, delimited_field *, size_t);

static delimited_status record_portable(
    const uint8_t *bytes, size_t count, bool is_last, uint8_t separator, delimited_scan *scan,
    delimited_field *fields, size_t capacity) {
  return record_body(bytes, count, is_last, separator, scan, fields, capacity);
}
#if defined(__x86_64__)
TARGET_AVX2 static delimited_status record_avx2(
    const uint8_t *bytes, size_t count, bool is_last, uint8_t separator, delimited_scan *scan,
    delimited_field *fields, size_t capacity) {
  return record_body(bytes, count, is_last, separator, scan, fields, capacity);
}
TARGET_AVX512 static delimited_status record_avx512(
    const uint8_t *bytes, size_t count, bool is_last, uint8_t separator, delimited_scan *scan,
    delimited_field *fields, size_t capacity) {
  return record_body(bytes, count, is_last, separator, scan, fields, capacity);
}
static record_kernel *const kernels[] = {record_portable, record_avx2, record_avx512};
#else
static record_kernel *const kernels[] = {record_portable, record_portable, record_portable};
#endif

delimited_status delimited_record(
    const uint8_t *record, size_t count, bool is_last, uint8_t separator, delimited_scan *scan,
    delimited_field *fields, size_t capacity, int level) {
  kernel_level best = kernel_level_in_use();
  return kernels[level >= 0 && level <= (int)best ? level : (int)best](
      record, count, is_last, separator, scan, fields, capacity);
}

size_t delimited_unescape(uint8_t *field, size_t length) {
  size_t from = 0, to = 0;
  while (from < length) {
    const uint8_t *quote = memchr(field + from, '"', length - from);
    size_t stop = quote ? (size_t)(quote - field) : length;
    // A doubled quote keeps its first half.
    bool doubled = stop + 1 < length && field[stop + 1] == '"';
    size_t run = stop - from + doubled;
    memmove(field + to, field + from, run);
    to += run;
    if (stop == length) break;
    from = stop + 1 + doubled;
    if (!doubled) {
      memmove(field + to, field + from, length - from);
      return to + (length - from);
    }
  }
  return to;
}
