#pragma once
// The words of an anatomy while they are written: what every way of cutting shares.
#include "anatomy_scratch.h"
#include "byte_hash.h"
#include "word_flags.h"

#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

typedef struct {
  text_anatomy *anatomy;
  const uint8_t *text, *limit;
  anatomy_word *words;
  size_t count, capacity;  // room for one word more than `capacity`
  uint32_t joined, characters;
  bool failed;
} word_list;

static inline word_list word_list_start(text_anatomy *anatomy) {
  return (word_list){
      .anatomy = anatomy,
      .text = anatomy->text,
      .limit = anatomy->text + anatomy->length,
      .words = anatomy->words,
      .capacity = anatomy->word_capacity ? anatomy->word_capacity - 1 : 0};
}

static __attribute__((noinline, unused)) bool word_list_grow(word_list *list) {
  text_anatomy *anatomy = list->anatomy;
  size_t wanted = list->count + list->count / 2 + 1024;
  if (!reserve_items((void **)&anatomy->words, &anatomy->word_capacity, wanted, sizeof(anatomy_word)))
    return !(list->failed = true);
  list->words = anatomy->words;
  list->capacity = anatomy->word_capacity - 1;
  return true;
}

static inline void add_word(
    word_list *list, size_t start, size_t length, uint32_t characters, uint32_t flags,
    uint64_t hash) {
  if (unlikely(list->count == list->capacity) && !word_list_grow(list)) return;
  list->words[list->count++] =
      (anatomy_word){hash, (uint32_t)start, list->joined, list->characters, flags};
  list->joined += (uint32_t)length;
  list->characters += characters;
}

/// Adds a word of any characters.
static inline void add_any_word(word_list *list, size_t start, size_t end) {
  word_flags word = flags_of_word(list->text + start, list->text + end);
  uint64_t hash = hash_bytes(list->text + start, end - start, list->limit);
  add_word(list, start, end - start, word.characters, word.flags, hash);
}

/// Closes the list and gives it to the anatomy. False where memory was short.
static inline bool word_list_end(word_list *list) {
  if (!list->words && !word_list_grow(list)) return false;
  if (list->failed) return false;
  list->words[list->count] = (anatomy_word){
      0, (uint32_t)list->anatomy->length, list->joined, list->characters, 0};
  list->anatomy->word_count = list->count;
  return true;
}

/// 64 bits of a bit array from bit `at` on.
static inline uint64_t bits_from(const uint64_t *bits, size_t at) {
  size_t word = at / 64;
  // In two steps, because a shift by 64 has no value.
  return bits[word] >> (at % 64) | bits[word + 1] << 1 << (~at % 64);
}

/// Runs `CUT` for each chunk text[start..<at] that stands between spaces; `SPACES` are the spaces of
/// the 64 bytes from `block * 64` on, those after the text included.
#define FOR_EACH_CHUNK(anatomy, SPACES, CUT)                                                  \
  do {                                                                                        \
    size_t start = 0, blocks = (anatomy)->length / 64 + 1;                                    \
    uint64_t before = 1; /* the text starts after a space */                                  \
    bool in_chunk = false;                                                                    \
    for (size_t block = 0; block < blocks; block++) {                                         \
      uint64_t spaces = SPACES, changes = spaces ^ (spaces << 1 | before);                    \
      before = spaces >> 63;                                                                  \
      for (; changes; changes &= changes - 1) {                                               \
        size_t at = block * 64 + (size_t)__builtin_ctzll(changes);                            \
        if (in_chunk) CUT;                                                                    \
        start = at;                                                                           \
        in_chunk = !in_chunk;                                                                 \
      }                                                                                       \
    }                                                                                         \
  } while (0)
