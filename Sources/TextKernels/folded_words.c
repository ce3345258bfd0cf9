#include "folded_words.h"

#include "character_classes.h"
#include "kernel_level.h"
#include "word_bytes.h"

#include "folded_characters_table.inc"

// What a character is; further places are records of the pool. tools/word-tables has the same order.
enum { IS_WORD, IS_SPACE, IS_PUNCTUATION, IS_NOTHING, IS_LONE };

// ---- One word -----------------------------------------------------------------------------------

static const uint64_t step_key = 0xa0761d6478bd642f, last_key = 0xe7037ed1a0b428db;

ALWAYS_INLINE uint64_t fold128(uint64_t a, uint64_t b) {
  unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/// Eight bytes of a word, the first byte lowest; missing bytes are 0.
ALWAYS_INLINE uint64_t hash_step(uint64_t state, uint64_t bytes) {
  return fold128(state ^ bytes, step_key);
}

ALWAYS_INLINE uint64_t hash_end(uint64_t state, uint64_t length) {
  return fold128(state ^ (length * step_key), last_key);
}

static const uint64_t hash_start = 0x8b7f0c9a3d51e627;

/// A word whose bytes come one after the other.
typedef struct {
  uint64_t state, pending, length;
} growing_word;

ALWAYS_INLINE void add_byte(growing_word *word, uint8_t byte) {
  word->pending |= (uint64_t)byte << (word->length & 7) * 8;
  if (!(++word->length & 7)) {
    word->state = hash_step(word->state, word->pending);
    word->pending = 0;
  }
}

ALWAYS_INLINE uint64_t finished(const growing_word *word) {
  uint64_t state = word->length & 7 ? hash_step(word->state, word->pending) : word->state;
  return hash_end(state, word->length);
}

typedef struct {
  /// Absent where bytes are wanted.
  uint64_t *hashes;
  uint32_t *starts, *ends;
  size_t count;
  /// The bytes of the words, each with a space in front, as far as there is room for them.
  uint8_t *bytes;
  size_t byte_count, room;
  /// Where each word ends in them.
  uint32_t *byte_ends;
} word_list;

ALWAYS_INLINE void put_byte(word_list *words, uint8_t byte) {
  if (words->byte_count < words->room) words->bytes[words->byte_count] = byte;
  words->byte_count++;
}

/// The words of `text[from ..< to]`, character by character: their hashes, or their bytes.
ALWAYS_INLINE void walk_body(
    const uint8_t *text, size_t from, size_t to, folded_words_mode mode, word_list *words,
    bool writes) {
  growing_word word = {hash_start, 0, 0};
#define ADD_BYTE(byte)                                \
  do {                                                \
    if (writes) {                                     \
      if (!word.length++) put_byte(words, ' ');       \
      put_byte(words, (byte));                        \
    } else {                                          \
      add_byte(&word, (byte));                        \
    }                                                 \
  } while (0)
  size_t start = from, end = from;
#define END_WORD()                                  \
  do {                                              \
    if (word.length) {                              \
      if (writes) words->byte_ends[words->count] = (uint32_t)words->byte_count; \
      else words->hashes[words->count] = finished(&word); \
      words->starts[words->count] = (uint32_t)start;\
      words->ends[words->count++] = (uint32_t)end;  \
      word = (growing_word){hash_start, 0, 0};      \
    }                                               \
  } while (0)
  for (size_t at = from; at < to;) {
    uint8_t byte = text[at];
    if (byte < 0x80) {
      uint8_t small = byte | 0x20;
      if ((small >= 'a' && small <= 'z') || (byte >= '0' && byte <= '9')) {
        if (!word.length) start = at;
        ADD_BYTE(small);
        end = at + 1;
      } else if (mode == folded_words_apart || byte <= ' ' ||
                 (byte == '_' && mode == folded_words_joined_at_underscores)) {
        END_WORD();
      }
      at++;
      continue;
    }
    character c = character_at(text + at, text + to);
    uint32_t place = fold_place[(uint32_t)fold_block[c.code >> 8] << 8 | (c.code & 0xFF)];
    if (c.code == 0xFFFD && c.length == 1) place = IS_WORD;
    size_t next = at + c.length;
    if (place == IS_SPACE || (place == IS_PUNCTUATION && mode == folded_words_apart)) {
      END_WORD();
    } else if (place == IS_LONE) {
      END_WORD();
      start = at;
      for (size_t i = at; i < next; i++) ADD_BYTE(text[i]);
      end = next;
      END_WORD();
    } else if (place != IS_PUNCTUATION && place != IS_NOTHING) {
      if (!word.length) start = at;
      if (place == IS_WORD)
        for (size_t i = at; i < next; i++) ADD_BYTE(text[i]);
      else
        for (size_t i = 1; i <= fold_pool[place]; i++) ADD_BYTE(fold_pool[place + i]);
      end = next;
    }
    at = next;
  }
  END_WORD();
#undef ADD_BYTE
#undef END_WORD
}

static void walk(
    const uint8_t *text, size_t from, size_t to, folded_words_mode mode, word_list *words) {
  walk_body(text, from, to, mode, words, false);
}

// ---- Texts --------------------------------------------------------------------------------------

/// ASCII letters and digits, and all bytes of other characters.
ALWAYS_INLINE uint64_t word_mask(const uint8_t *text, size_t at, size_t byte_count) {
  uint8_t rest[64];
  const uint8_t *p = text + at;
  if (byte_count - at < 64) {
    memset(rest, ' ', 64);
    memcpy(rest, p, byte_count - at);
    p = rest;
  }
  bytes64 b;
  memcpy(&b, p, 64);
  bytes64 letter = (bytes64)(((b | 0x20) - 'a') <= 25), digit = (bytes64)((b - '0') <= 9);
  bytes64 word = letter | digit | (bytes64)(b >= 0x80);
  return mask_of(&word);
}

static const uint64_t keep[9] = {
    0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff, ~0ull};

/// Of a run of word bytes: false where one of them is not ASCII. In the bytes of letters this bit
/// makes them small, in those of digits it is set.
ALWAYS_INLINE bool hash_ascii(
    const uint8_t *text, size_t from, size_t length, size_t byte_count, uint64_t *hash) {
  const uint64_t small = 0x2020202020202020, high = 0x8080808080808080;
  uint64_t state = hash_start, seen = 0;
  size_t done = 0;
  for (; length - done > 8; done += 8) {
    uint64_t eight = load64(text + from + done);
    seen |= eight;
    state = hash_step(state, eight | small);
  }
  uint64_t last = 0;
  if (__builtin_expect(from + done + 8 <= byte_count, 1)) last = load64(text + from + done);
  else memcpy(&last, text + from + done, length - done);
  last &= keep[length - done];
  seen |= last;
  *hash = hash_end(hash_step(state, (last | small) & keep[length - done]), length);
  return !(seen & high);
}

#define WORD_MASK(at) word_mask(text, at, n)

ALWAYS_INLINE size_t folded_words_body(
    const uint8_t *text, size_t n, uint64_t *hashes, uint32_t *starts, uint32_t *ends) {
  word_list words = {.hashes = hashes, .starts = starts, .ends = ends};
#define HASH_RUN(first, behind)                                                     \
  do {                                                                              \
    size_t from = (first), to = (behind);                                           \
    uint64_t hash;                                                                  \
    if (__builtin_expect(hash_ascii(text, from, to - from, n, &hash), 1)) {         \
      hashes[words.count] = hash;                                                   \
      starts[words.count] = (uint32_t)from;                                         \
      ends[words.count++] = (uint32_t)to;                                           \
    } else {                                                                        \
      walk(text, from, to, folded_words_apart, &words);                             \
    }                                                                               \
  } while (0)
  FOR_EACH_RUN(n, WORD_MASK, HASH_RUN);
  return words.count;
}

typedef size_t (*folded_words_kernel)(
    const uint8_t *, size_t, uint64_t *, uint32_t *, uint32_t *);

static size_t folded_words_portable(
    const uint8_t *t, size_t n, uint64_t *h, uint32_t *s, uint32_t *e) {
  return folded_words_body(t, n, h, s, e);
}

#if defined(__x86_64__)
TARGET_AVX2 static size_t folded_words_avx2(
    const uint8_t *t, size_t n, uint64_t *h, uint32_t *s, uint32_t *e) {
  return folded_words_body(t, n, h, s, e);
}
TARGET_AVX512 static size_t folded_words_avx512(
    const uint8_t *t, size_t n, uint64_t *h, uint32_t *s, uint32_t *e) {
  return folded_words_body(t, n, h, s, e);
}
static const folded_words_kernel table[] = {
    folded_words_portable, folded_words_avx2, folded_words_avx512};
#else
static const folded_words_kernel table[] = {folded_words_portable};
#endif

size_t text_folded_words(
    const uint8_t *text, size_t byte_count, folded_words_mode mode, uint64_t *hashes,
    uint32_t *starts, uint32_t *ends) {
  if (mode == folded_words_apart)
    return table[kernel_level_in_use()](text, byte_count, hashes, starts, ends);
  word_list words = {.hashes = hashes, .starts = starts, .ends = ends};
  walk(text, 0, byte_count, mode, &words);
  return words.count;
}

size_t text_folded_bytes(
    const uint8_t *text, size_t byte_count, folded_words_mode mode, uint8_t *bytes, size_t room,
    uint32_t *byte_ends, uint32_t *starts, uint32_t *ends, size_t *word_count) {
  word_list words = {
      .starts = starts, .ends = ends, .bytes = bytes, .room = room, .byte_ends = byte_ends};
  walk_body(text, 0, byte_count, mode, &words, true);
  *word_count = words.count;
  return words.byte_count;
}
