#include "personal_finder.h"

#include <stdlib.h>

#include "byte_vectors.h"
#include "kernel_level.h"

// ---- Triggers -----------------------------------------------------------------------------------

/// What 64 bytes of a text are, one bit each; clear behind the end.
typedef struct {
  uint64_t digit, letter;
  uint64_t number;  // digits and what stands between those of one number
  uint64_t dot;
  uint64_t token;  // letters, digits, "_" and "-"
  uint64_t at, colon, equal;
  uint64_t www;  // "w" before "w", in one block
  uint64_t key;  // "B" after "-", in one block
} byte_kinds;

#define BLOCKS 64  // of one chunk, whose kinds stay in the first cache
#define ASCII(v, low, high) MASK((bytes64)((v) - (uint8_t)(low)) <= (uint8_t)((high) - (low)))

/// Fills the kinds of the first `BLOCKS` blocks and of one behind each that has bytes.
INLINE void kinds_body(const uint8_t *text, size_t length, byte_kinds *kinds) {
  for (size_t block = 0; block <= BLOCKS; block++) {
    size_t at = block * 64;
    bytes64 v;
    if (at + 64 <= length) {
      memcpy(&v, text + at, 64);
    } else {
      uint8_t tail[64] = {0};
      if (at < length) memcpy(tail, text + at, length - at);
      memcpy(&v, tail, 64);
    }
    byte_kinds k;
    k.digit = ASCII(v, '0', '9');
    k.letter = ASCII(v | 0x20, 'a', 'z');
    k.dot = MASK(v == '.');
    uint64_t dash = MASK(v == '-'), w = MASK((v | 0x20) == 'w');
    // "(", ")", "-", ".", "/", " ", and the bytes of U+00A0, U+2011 and U+2013.
    k.number = k.digit | k.dot | dash | MASK(v == ' ') | MASK((v & 0xFE) == 0x28) |
               MASK(v == '/') | MASK(v == 0xC2) | MASK(v == 0xA0) | MASK(v == 0xE2) |
               MASK(v == 0x80) | MASK((v & 0xFD) == 0x91);
    k.token = k.digit | k.letter | dash | MASK(v == '_');
    k.at = MASK(v == '@');
    k.colon = MASK(v == ':');
    k.equal = MASK(v == '=');
    k.www = w & (w >> 1 | 1ull << 63);
    k.key = MASK(v == 'B') & (dash << 1 | 1);
    kinds[block] = k;
    if (at + 64 < length) continue;
    kinds[block + 1] = (byte_kinds){0};
    return;
  }
}

typedef void kinds_kernel(const uint8_t *, size_t, byte_kinds *);

static void kinds_portable(const uint8_t *text, size_t length, byte_kinds *kinds) {
  kinds_body(text, length, kinds);
}
#if defined(__x86_64__)
TARGET_AVX2 static void kinds_avx2(const uint8_t *text, size_t length, byte_kinds *kinds) {
  kinds_body(text, length, kinds);
}
TARGET_AVX512 static void kinds_avx512(const uint8_t *text, size_t length, byte_kinds *kinds) {
  kinds_body(text, length, kinds);
}
static kinds_kernel *const kernels[] = {kinds_portable, kinds_avx2, kinds_avx512};
#else
static kinds_kernel *const kernels[] = {kinds_portable, kinds_portable, kinds_portable};
#endif

/// 64 bits from bit `at` of two words on.
static inline uint64_t window(uint64_t low, uint64_t high, unsigned at) {
  return at ? low >> at | high << (64 - at) : low;
}

/// Starts of runs of at least 20 set bits.
static inline uint64_t long_runs(uint64_t low, uint64_t high, uint64_t before) {
  unsigned __int128 bits = (unsigned __int128)high << 64 | low;
  unsigned __int128 runs = bits & bits >> 1;
  runs &= runs >> 2;
  runs &= runs >> 4;
  if (!(uint64_t)runs) return 0;
  runs &= runs >> 8;
  runs &= runs >> 4;
  return (uint64_t)runs & ~(low << 1 | before);
}

/// A digit that no digit stands before: dispatches to the kinds that start so.
static void look_at_digits(
    personal_finder *finder, const byte_kinds *kinds, unsigned bit, size_t at) {
  uint64_t number = window(kinds[0].number, kinds[1].number, bit);
  uint64_t span = number == ~0ull ? ~0ull : ~(~0ull << __builtin_ctzll(~number));
  uint64_t digits = window(kinds[0].digit, kinds[1].digit, bit) & span;
  if (__builtin_popcountll(digits) < 4) return;
  uint64_t dots = window(kinds[0].dot, kinds[1].dot, bit) & span & 0x7FFF;
  if (__builtin_popcountll(dots) >= 3 && personal_ipv4(finder, at)) return;
  if (__builtin_popcountll(digits) >= 6) personal_number(finder, at);
}

static void look_at_colon(personal_finder *finder, size_t at) {
  uint8_t next = byte_at(finder, at + 1), last = byte_before(finder, at);
  if (next == '/' && byte_at(finder, at + 2) == '/') {
    personal_url(finder, at);
    return;
  }
  if ((next == ':' || is_hex(next)) && (last == ':' || is_hex(last) || next == ':'))
    personal_ipv6(finder, at);
  if (next == ' ' || next == '"' || next == '\'' || is_word(next) || next == '=')
    personal_assignment(finder, at);
}

static void look_at_block(
    personal_finder *finder, const byte_kinds *kinds, const byte_kinds *before, size_t start) {
  uint64_t digit_before = before->digit >> 63, letter_before = before->letter >> 63;
  uint64_t digits = kinds->digit & ~(kinds->digit << 1 | digit_before);
  uint64_t after_letter = kinds->letter << 1 | letter_before;
  for (uint64_t bits = digits & ~after_letter; bits; bits &= bits - 1) {
    unsigned bit = (unsigned)__builtin_ctzll(bits);
    if (start + bit >= finder->number_end) look_at_digits(finder, kinds, bit, start + bit);
  }
  // Two letters and two digits, and neither letter nor digit before them.
  uint64_t second_letter = kinds->letter << 2 | before->letter >> 62;
  uint64_t before_letters = (kinds->letter | kinds->digit) << 3 |
                            (before->letter | before->digit) >> 61;
  uint64_t next_digit = kinds->digit >> 1 | kinds[1].digit << 63;
  for (uint64_t bits = digits & after_letter & second_letter & ~before_letters & next_digit; bits;
       bits &= bits - 1)
    personal_iban(finder, start + (size_t)__builtin_ctzll(bits) - 2);
  for (uint64_t bits = kinds->at; bits; bits &= bits - 1)
    personal_email(finder, start + (size_t)__builtin_ctzll(bits));
  // In the order of the text, as each of these passes over what lies before the end of a find.
  uint64_t tokens = long_runs(kinds->token, kinds[1].token, before->token >> 63);
  uint64_t marks = kinds->colon | kinds->equal | kinds->www | kinds->key | tokens;
  for (; marks; marks &= marks - 1) {
    uint64_t mark = marks & -marks;
    size_t at = start + (size_t)__builtin_ctzll(marks);
    if (mark & kinds->colon) {
      look_at_colon(finder, at);
    } else if (mark & kinds->equal) {
      personal_assignment(finder, at);
    } else {
      if (mark & kinds->www) personal_www(finder, at);
      if (mark & kinds->key) personal_private_key(finder, at);
      if (mark & tokens) personal_token(finder, at);
    }
  }
}

// ---- Spans --------------------------------------------------------------------------------------

static bool reserve_spans(personal_span **spans, size_t *capacity, size_t count) {
  if (count <= *capacity) return true;
  size_t grown = *capacity * 2 > count ? *capacity * 2 : count + 64;
  personal_span *moved = realloc(*spans, grown * sizeof **spans);
  if (!moved) return false;
  *spans = moved;
  *capacity = grown;
  return true;
}

void personal_add(personal_finder *finder, size_t start, size_t end, personal_kind kind) {
  if (!reserve_spans(&finder->found, &finder->found_capacity, finder->found_count + 1)) {
    finder->failed = true;
    return;
  }
  finder->found[finder->found_count++] =
      (personal_span){(uint32_t)start, (uint32_t)end, (uint32_t)kind};
}

/// By kind, then by start, the longer one first.
static int compare_spans(const void *left, const void *right) {
  const personal_span *a = left, *b = right;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  if (a->start != b->start) return a->start < b->start ? -1 : 1;
  return a->end > b->end ? -1 : a->end < b->end;
}

/// Merges the spans of one kind, by start, into those that are kept.
/// - hidden: whether a span that overlaps a kept one is dropped.
/// - others: whether it is dropped as well where it overlaps one of these (URLs that do not hide).
static bool merge(
    personal_finder *finder, const personal_span *spans, size_t count, bool hidden,
    const personal_span *others, size_t other_count) {
  if (!reserve_spans(&finder->merged, &finder->merged_capacity, finder->kept_count + count))
    return false;
  size_t kept = 0, other = 0, merged = 0;
  uint32_t end = 0;  // of what is merged before
  for (size_t i = 0; i < count; i++) {
    while (kept < finder->kept_count && finder->kept[kept].start <= spans[i].start) {
      end = finder->kept[kept].end > end ? finder->kept[kept].end : end;
      finder->merged[merged++] = finder->kept[kept++];
    }
    while (other < other_count && others[other].end <= spans[i].start) other++;
    bool meets_next = kept < finder->kept_count && finder->kept[kept].start < spans[i].end;
    bool meets_other = other < other_count && others[other].start < spans[i].end;
    if (meets_other || (hidden && (spans[i].start < end || meets_next))) continue;
    finder->merged[merged++] = spans[i];
    if (hidden) end = spans[i].end;
  }
  while (kept < finder->kept_count) finder->merged[merged++] = finder->kept[kept++];
  personal_span *old = finder->kept;
  size_t old_capacity = finder->kept_capacity;
  finder->kept = finder->merged;
  finder->kept_capacity = finder->merged_capacity;
  finder->kept_count = merged;
  finder->merged = old;
  finder->merged_capacity = old_capacity;
  return true;
}

/// Keeps of overlapping spans those of the kind that is named first.
static bool resolve(personal_finder *finder) {
  qsort(finder->found, finder->found_count, sizeof *finder->found, compare_spans);
  size_t starts[PERSONAL_KINDS + 1], at = 0;
  for (uint32_t kind = 0; kind <= PERSONAL_KINDS; kind++) {
    while (at < finder->found_count && finder->found[at].kind < kind) at++;
    starts[kind] = at;
  }
  const personal_span *urls = finder->found + starts[PERSONAL_URL];
  size_t url_count = finder->found_count - starts[PERSONAL_URL];
  finder->kept_count = 0;
  bool hides = finder->options.urls_hide;
  if (hides && !merge(finder, urls, url_count, true, NULL, 0)) return false;
  for (uint32_t kind = 0; kind < PERSONAL_URL; kind++) {
    bool is_number = kind == PERSONAL_PHONE || kind == PERSONAL_CARD || kind == PERSONAL_IBAN;
    if (!merge(finder, finder->found + starts[kind], starts[kind + 1] - starts[kind], true, urls,
               is_number && !hides ? url_count : 0))
      return false;
  }
  return hides || merge(finder, urls, url_count, false, NULL, 0);
}

// ---- The finder ---------------------------------------------------------------------------------

personal_finder *personal_finder_create(void) { return calloc(1, sizeof(personal_finder)); }

void personal_finder_destroy(personal_finder *finder) {
  if (!finder) return;
  free(finder->found);
  free(finder->kept);
  free(finder->merged);
  free(finder);
}

bool personal_data_find(
    personal_finder *finder, const uint8_t *text, size_t length, personal_options options,
    const personal_span **spans, size_t *count) {
  finder->text = text;
  finder->length = length;
  finder->options = options;
  finder->failed = false;
  finder->found_count = finder->kept_count = 0;
  finder->url_end = finder->ipv6_end = finder->number_end = 0;
  finder->secret_end = finder->value_end = 0;
  int best = (int)kernel_level_in_use();
  kinds_kernel *kernel = kernels[options.level >= 0 && options.level < best ? options.level : best];
  byte_kinds kinds[BLOCKS + 2];
  byte_kinds before = {0};
  for (size_t start = 0; start < length; start += BLOCKS * 64) {
    kernel(text + start, length - start, kinds);
    for (size_t block = 0; block < BLOCKS && start + block * 64 < length; block++) {
      look_at_block(finder, kinds + block, block ? kinds + block - 1 : &before,
                    start + block * 64);
    }
    before = kinds[BLOCKS - 1];
  }
  *spans = NULL;
  *count = 0;
  if (finder->failed) return false;
  if (finder->found_count == 0) return true;
  if (!resolve(finder)) return false;
  *spans = finder->kept;
  *count = finder->kept_count;
  return true;
}
