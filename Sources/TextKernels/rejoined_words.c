// spaCy's second pass over the tokens: where the tokens of a special case stand in a row, they
// become that case's tokens. The longest match wins, then the first; a match whose tokens are
// separated by single spaces changes nothing, but hides shorter ones that it touches.
#include "anatomy_scratch.h"
#include "byte_hash.h"
#include "english_word_tables.h"
#include "text_anatomy.h"
#include "word_flags.h"

typedef struct {
  uint32_t start, length;  // words
  const cut_text *cut;     // NULL: hides others only
} sequence_match;

/// 0: nothing between word `i` and the next; 1: one space; 2: more, which spaCy makes a token.
static inline int gap_after(const text_anatomy *anatomy, const anatomy_word *word) {
  uint32_t end = word->start + (word[1].joined - word->joined);
  if (word[1].start == end) return 0;
  return word[1].start == end + 1 && anatomy->text[end] == ' ' ? 1 : 2;
}

static bool add_match(anatomy_scratch *scratch, size_t *count, sequence_match match) {
  if (!reserve_items(&scratch->matches, &scratch->match_capacity, *count + 1,
                     sizeof(sequence_match)))
    return false;
  ((sequence_match *)scratch->matches)[(*count)++] = match;
  return true;
}

/// Adds every sequence that starts at word `i`.
static bool find_matches(
    text_anatomy *anatomy, const english_word_tables *tables, size_t i, size_t *count) {
  uint64_t key = anatomy->words[i].hash;
  bool contiguous = true;
  for (size_t j = i; j + 1 < anatomy->word_count; j++) {
    int gap = gap_after(anatomy, &anatomy->words[j]);
    if (gap == 2) break;
    contiguous = contiguous && gap == 0;
    key = hash_pair(key, anatomy->words[j + 1].hash);
    const table_slot *slot = find_slot(tables->sequences, sequence_slots, key);
    if (!slot) break;
    if (!slot->cut) continue;
    sequence_match match = {(uint32_t)i, (uint32_t)(j + 2 - i), contiguous ? slot->cut : NULL};
    if (!add_match(anatomy->scratch, count, match)) return false;
  }
  return true;
}

static int longest_first(const void *left, const void *right) {
  const sequence_match *a = left, *b = right;
  if (a->length != b->length) return a->length > b->length ? -1 : 1;
  return a->start < b->start ? -1 : a->start > b->start;
}

static int first_first(const void *left, const void *right) {
  const sequence_match *a = left, *b = right;
  return a->start < b->start ? -1 : a->start > b->start;
}

/// Keeps the matches that change something, in order of their start; `seen` is one clear byte a word.
static size_t choose_matches(sequence_match *matches, size_t count, uint8_t *seen) {
  qsort(matches, count, sizeof *matches, longest_first);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    sequence_match match = matches[i];
    bool free_ends = !seen[match.start] && !seen[match.start + match.length - 1];
    memset(seen + match.start, 1, match.length);
    if (free_ends && match.cut) matches[kept++] = match;
  }
  qsort(matches, kept, sizeof *matches, first_first);
  return kept;
}

static bool rewrite(text_anatomy *anatomy, const sequence_match *matches, size_t count) {
  anatomy_scratch *scratch = anatomy->scratch;
  // A special case has at most three parts, and a match at least two words.
  size_t most = anatomy->word_count + count + 2;
  if (!reserve_items((void **)&scratch->rejoined, &scratch->rejoined_capacity, most,
                     sizeof(anatomy_word)))
    return false;
  anatomy_word *old = anatomy->words, *new = scratch->rejoined;
  const uint8_t *limit = anatomy->text + anatomy->length;
  size_t from = 0, to = 0;
  for (size_t i = 0; i < count; i++) {
    size_t plain = matches[i].start - from;
    memcpy(new + to, old + from, plain * sizeof *new);
    to += plain;
    anatomy_word next = old[matches[i].start];
    for (const uint8_t *part = matches[i].cut->parts; *part; part++) {
      const uint8_t *p = anatomy->text + next.start;
      word_flags word = flags_of_word(p, p + *part);
      new[to++] = (anatomy_word){
          hash_bytes(p, *part, limit), next.start, next.joined, next.characters, word.flags};
      next.start += *part;
      next.joined += *part;
      next.characters += word.characters;
    }
    from = matches[i].start + matches[i].length;
  }
  memcpy(new + to, old + from, (anatomy->word_count + 1 - from) * sizeof *new);
  to += anatomy->word_count - from;
  size_t capacity = anatomy->word_capacity;
  anatomy->words = new;
  anatomy->word_count = to;
  anatomy->word_capacity = scratch->rejoined_capacity;
  scratch->rejoined = old;
  scratch->rejoined_capacity = capacity;
  return true;
}

/// Which of the words from `first` on, at most 64, may begin a sequence with the word that follows.
static uint64_t possible_starts(
    const text_anatomy *anatomy, const english_word_tables *tables, size_t first) {
  const anatomy_word *words = anatomy->words + first;
  size_t count = anatomy->word_count - 1 - first;
  uint64_t starts = 0;
  if (count > 64) count = 64;
  const uint8_t *places = tables->sequence_places;
  uint64_t this = places[sequence_place(words[0].hash)];
  for (size_t i = 0; i < count; i++) {
    uint64_t next = places[sequence_place(words[i + 1].hash)];
    starts |= (this & next / MAY_BE_SECOND & MAY_BE_FIRST) << i;
    this = next;
  }
  return starts;
}

bool text_anatomy_rejoin(text_anatomy *anatomy) {
  const english_word_tables *tables = english_word_tables_get();
  const anatomy_word *words = anatomy->words;
  size_t count = 0;
  for (size_t first = 0; first + 1 < anatomy->word_count; first += 64) {
    uint64_t starts = possible_starts(anatomy, tables, first);
    for (; starts; starts &= starts - 1) {
      size_t i = first + (size_t)__builtin_ctzll(starts);
      if (!in_filter(tables->pair_filter, hash_pair(words[i].hash, words[i + 1].hash))) continue;
      if (!find_matches(anatomy, tables, i, &count)) return false;
    }
  }
  if (!count) return true;
  if (!reserve_tables(anatomy->scratch, anatomy->word_count)) return false;
  uint8_t *seen = anatomy->scratch->tables;
  memset(seen, 0, anatomy->word_count);
  sequence_match *matches = anatomy->scratch->matches;
  count = choose_matches(matches, count, seen);
  return count == 0 || rewrite(anatomy, matches, count);
}
