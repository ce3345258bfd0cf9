#include "normal_words.h"

#include "anatomy_scratch.h"
#include "byte_hash.h"
#include "character_classes.h"
#include "character_masks.h"
#include "character_traits.h"
#include "word_sequence.h"

#include "normal_forms_table.inc"

// A record of the pool: bytes, code points, combining class of the first and of the last of them,
// then the bytes. Place 0 stands for a character that stays as it is and where it is.
static inline const uint8_t *normal_form(uint32_t code) {
  return form_pool + form_place[((uint32_t)form_block[code >> 8] << 8) | (code & 0xFF)];
}

static inline uint8_t combining_class(uint32_t code) {
  const uint8_t *form = normal_form(code);
  return form == form_pool ? 0 : form[2];
}

static inline bool is_punctuation(uint8_t byte) {
  return byte > 0x20 && byte < 0x7F &&
         !((byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'));
}

void normal_words_start(normal_words *words) {
  static const uint8_t javascript[16] = "javascript";
  *words = (normal_words){.javascript_hash = hash_bytes(javascript, 10, javascript + 16)};
}

static inline bool add_word(
    normal_words *words, anatomy_scratch *scratch, uint64_t hash, size_t characters) {
  if (__builtin_expect(words->count + 2 > scratch->sequence_hash_capacity ||
                           words->count + 2 > scratch->sequence_before_capacity, 0) &&
      !reserve_sequence(scratch, words->count + 1024))
    return false;
  scratch->sequence_hashes[words->count] = hash;
  scratch->sequence_before[words->count] = (uint32_t)words->characters;
  words->count++;
  words->characters += characters;
  words->javascript += hash == words->javascript_hash;
  return true;
}

/// Whether the `length` bytes at `p`, with ASCII letters in lower case, are those of `text`.
static inline bool folds_to(const uint8_t *p, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if ((p[i] >= 'A' && p[i] <= 'Z' ? p[i] | 0x20 : p[i]) != (uint8_t)text[i]) return false;
  return true;
}

static inline __attribute__((always_inline)) void note_lorem(normal_words *words, const uint8_t *word, size_t length) {
  words->lorem_ipsum += words->ends_lorem && length >= 5 && folds_to(word, "ipsum", 5);
  words->ends_lorem = length >= 5 && (word[length - 1] | 0x20) == 'm' &&
                      folds_to(word + length - 5, "lorem", 5);
}

/// A word of ASCII letters and digits only.
static inline bool add_plain(
    normal_words *words, const text_anatomy *anatomy, size_t start, size_t end) {
  anatomy_scratch *scratch = anatomy->scratch;
  const uint8_t *p = anatomy->text + start;
  size_t length = end - start;
  // This bit makes letters small and leaves digits as they are.
  const uint64_t small = 0x2020202020202020u;
  uint64_t hash;
  if (__builtin_expect(length <= 16 && start + 16 <= anatomy->length, 1)) {
    uint64_t a = (hash_load(p) | small) & hash_mask(length);
    uint64_t b = length > 8 ? (hash_load(p + 8) | small) & hash_mask(length - 8) : 0;
    hash = hash_fold(a ^ hash_seed_a, b ^ hash_seed_b ^ length);
  } else {
    if (!reserve_items((void **)&scratch->normal_word, &scratch->normal_word_capacity, length, 1))
      return false;
    for (size_t i = 0; i < length; i++) scratch->normal_word[i] = p[i] | 0x20;
    hash = hash_bytes(scratch->normal_word, length, scratch->normal_word + length);
  }
  note_lorem(words, p, length);
  return add_word(words, scratch, hash, length);
}

// MARK: Words of other characters

/// The word that is being made.
typedef struct {
  uint8_t *bytes;
  size_t length, characters;
  uint8_t last_class;  // of the last character
  bool out_of_order;   // whether the marks at the end must be sorted
} growing_word;

/// Sorts the marks at the end of the word by class; those of one class stay in order. False without
/// memory.
static bool sort_marks(growing_word *word, anatomy_scratch *scratch) {
  word->out_of_order = false;
  size_t start = word->length, offsets[257] = {0};
  while (start > 0) {
    character c = character_before(word->bytes, word->bytes + start);
    uint8_t class = combining_class(c.code);
    if (!class) break;
    offsets[class + 1] += c.length;
    start -= c.length;
  }
  size_t run = word->length - start;
  if (!reserve_items((void **)&scratch->normal_word, &scratch->normal_word_capacity,
                     word->length + run, 1))
    return false;
  word->bytes = scratch->normal_word;
  for (int i = 1; i < 257; i++) offsets[i] += offsets[i - 1];
  uint8_t *sorted = word->bytes + word->length;
  for (size_t at = start; at < word->length;) {
    character c = character_at(word->bytes + at, word->bytes + word->length);
    size_t *to = &offsets[combining_class(c.code)];
    memcpy(sorted + *to, word->bytes + at, c.length);
    *to += c.length;
    at += c.length;
  }
  memcpy(word->bytes + start, sorted, run);
  return true;
}

static bool append(
    growing_word *word, anatomy_scratch *scratch, const uint8_t *bytes, size_t length,
    size_t characters, uint8_t first_class, uint8_t last_class) {
  if (first_class) {
    word->out_of_order |= word->last_class > first_class;
  } else if (word->out_of_order && !sort_marks(word, scratch)) {
    return false;
  }
  memcpy(word->bytes + word->length, bytes, length);
  word->length += length;
  word->characters += characters;
  word->last_class = last_class;
  return true;
}

static bool append_code(growing_word *word, anatomy_scratch *scratch, uint32_t code) {
  uint8_t bytes[3] = {0xE0 | code >> 12, 0x80 | (code >> 6 & 0x3F), 0x80 | (code & 0x3F)};
  return append(word, scratch, bytes, 3, 1, 0, 0);
}

/// A Hangul syllable: two or three letters by arithmetic.
static bool append_hangul(growing_word *word, anatomy_scratch *scratch, uint32_t code) {
  uint32_t index = code - 0xAC00, tail = index % 28;
  return append_code(word, scratch, 0x1100 + index / 588) &&
         append_code(word, scratch, 0x1161 + index % 588 / 28) &&
         (!tail || append_code(word, scratch, 0x11A7 + tail));
}

/// Whether a capital sigma at `at` ends its word, as Python's `lower` looks at it.
static bool ends_word(const uint8_t *text, size_t start, size_t at, size_t end) {
  bool cased = false;
  for (size_t before = at; before > start;) {
    character c = character_before(text + start, text + before);
    before -= c.length;
    if (c.code < 0x80 && is_punctuation((uint8_t)c.code)) continue;
    uint32_t traits = character_traits(c.code);
    if (traits & TRAIT_IGNORABLE) continue;
    cased = traits & TRAIT_CASED;
    break;
  }
  if (!cased) return false;
  for (size_t next = at + 2; next < end;) {
    character c = character_at(text + next, text + end);
    next += c.length;
    if (c.code < 0x80 && is_punctuation((uint8_t)c.code)) continue;
    uint32_t traits = character_traits(c.code);
    if (!(traits & TRAIT_IGNORABLE)) return !(traits & TRAIT_CASED);
  }
  return true;
}

static bool finish_word(normal_words *words, anatomy_scratch *scratch, growing_word *word) {
  if (word->out_of_order && !sort_marks(word, scratch)) return false;
  bool added = true;
  if (word->length) {
    note_lorem(words, word->bytes, word->length);
    uint64_t hash = hash_bytes(word->bytes, word->length, word->bytes + word->length);
    added = add_word(words, scratch, hash, word->characters);
  }
  *word = (growing_word){scratch->normal_word, 0, 0, 0, false};
  return added;
}

static bool add_other(
    normal_words *words, text_anatomy *anatomy, size_t start, size_t end) {
  anatomy_scratch *scratch = anatomy->scratch;
  const uint8_t *text = anatomy->text;
  // No normal form is longer than three times the character.
  if (!reserve_items((void **)&scratch->normal_word, &scratch->normal_word_capacity,
                     3 * (end - start), 1))
    return false;
  growing_word word = {scratch->normal_word, 0, 0, 0, false};
  for (size_t at = start; at < end;) {
    uint8_t byte = text[at];
    if (byte < 0x80) {
      at++;
      if (is_punctuation(byte)) continue;
      if (word.out_of_order && !sort_marks(&word, scratch)) return false;
      word.bytes[word.length++] = byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
      word.characters++;
      word.last_class = 0;
      continue;
    }
    character c = character_at(text + at, text + end);
    const uint8_t *form = normal_form(c.code);
    bool done = true;
    if (character_class(c.code) & CLASS_SPACE) {
      done = finish_word(words, scratch, &word);
    } else if (c.code == 0x03A3) {
      done = append(&word, scratch,
                    (const uint8_t *)(ends_word(text, start, at, end) ? "\xCF\x82" : "\xCF\x83"), 2,
                    1, 0, 0);
    } else if (c.code >= 0xAC00 && c.code < 0xD7A4) {
      done = append_hangul(&word, scratch, c.code);
    } else if (form == form_pool) {
      bool starts = (byte & 0xC0) != 0x80;
      done = append(&word, scratch, text + at, c.length, starts, 0, 0);
    } else {
      done = append(&word, scratch, form + 4, form[0], form[1], form[2], form[3]);
    }
    if (!done) return false;
    at += c.length;
  }
  return finish_word(words, scratch, &word);
}

bool normal_words_add(normal_words *words, text_anatomy *anatomy, size_t start, size_t end) {
  const uint8_t *text = anatomy->text;
  const uint64_t *space = anatomy->scratch->views.space, *other = anatomy->scratch->views.other;
  for (size_t at = mask_next(space, start, end, ~0ull); at < end;
       at = mask_next(space, at, end, ~0ull)) {
    size_t from = at, to = mask_next(space, at, end, 0);
    at = to;
    size_t mark = mask_next(other, from, to, 0);
    if (mark < to) {
      while (from < to && is_punctuation(text[from])) from++;
      while (from < to && is_punctuation(text[to - 1])) to--;
      if (from == to) continue;
      if (mark < from) mark = from;
      if (mask_next(other, mark, to, 0) < to) {
        if (!add_other(words, anatomy, from, to)) return false;
        continue;
      }
    }
    if (!add_plain(words, anatomy, from, to)) return false;
  }
  return true;
}
