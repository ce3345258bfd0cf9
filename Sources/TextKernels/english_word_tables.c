#include <pthread.h>

#include "english_word_tables.h"
#include "english_words_table.inc"
#include "word_flags.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static english_word_tables tables;

static void add_to_filter(uint64_t *filter, uint64_t hash) {
  uint64_t bit = hash >> (64 - word_filter_bits);
  filter[bit >> 6] |= 1ull << (bit & 63);
}

/// Adds a key; an entry that only goes on becomes complete, never the reverse.
static void add_slot(table_slot *slots, size_t count, uint64_t key, const cut_text *cut) {
  size_t at = key & (count - 1);
  while (slots[at].key && slots[at].key != key) at = (at + 1) & (count - 1);
  slots[at].key = key;
  if (cut) slots[at].cut = cut;
}

static uint64_t hash_text(const char *text, size_t length) {
  const uint8_t *bytes = (const uint8_t *)text;
  return hash_bytes(bytes, length, bytes + length);
}

static bool alphanumeric_before_last(const char *text, size_t length) {
  for (size_t i = 0; i + 1 < length; i++) {
    char c = text[i];
    if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9')) return false;
  }
  return true;
}

static void add_case(const cut_text *cut) {
  size_t length = strlen(cut->text);
  uint64_t hash = hash_text(cut->text, length);
  uint8_t first = (uint8_t)cut->text[0], last = (uint8_t)cut->text[length - 1];
  add_slot(tables.cases, case_slots, hash, cut);
  add_to_filter(tables.case_filter, hash);
  tables.lengths_by_first[first] |= 1u << length;
  tables.lengths_by_last[last] |= 1u << length;
  if (alphanumeric_before_last(cut->text, length)) tables.ends_case[last] = true;
}

/// The special case of this text, for its cut; each joined sequence is a special case.
static const cut_text *case_of(const char *text) {
  return find_slot(tables.cases, case_slots, hash_text(text, strlen(text)))->cut;
}

static void add_sequence(const cut_text *sequence) {
  const char *token = sequence->text + sequence->parts[0];
  uint64_t key = hash_text(sequence->text, sequence->parts[0]);
  tables.sequence_places[sequence_place(key)] |= MAY_BE_FIRST;
  for (size_t i = 1; sequence->parts[i]; i++) {
    uint64_t next = hash_text(token, sequence->parts[i]);
    if (i == 1) tables.sequence_places[sequence_place(next)] |= MAY_BE_SECOND;
    key = hash_pair(key, next);
    token += sequence->parts[i];
    if (i == 1) add_to_filter(tables.pair_filter, key);
    bool complete = !sequence->parts[i + 1];
    add_slot(tables.sequences, sequence_slots, key, complete ? case_of(sequence->text) : NULL);
  }
}

static void make_tables(void) {
  for (int i = 0; i < 128; i++) {
    uint8_t byte = (uint8_t)i;
    uint32_t flags = flags_of_word(&byte, &byte + 1).flags;
    tables.byte_words[i] = (byte_word){hash_bytes(&byte, 1, &byte + 1), flags};
  }
  for (size_t i = 0; i < COUNT(special_cases); i++) add_case(&special_cases[i]);
  for (size_t i = 0; i < COUNT(joined_sequences); i++) add_sequence(&joined_sequences[i]);
  for (size_t i = 0; i < COUNT(unit_names); i++) {
    uint64_t hash = hash_text(unit_names[i], strlen(unit_names[i]));
    size_t at = hash & (unit_slots - 1);
    while (tables.units[at]) at = (at + 1) & (unit_slots - 1);
    tables.units[at] = hash;
  }
}

const english_word_tables *english_word_tables_get(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_tables);
  return &tables;
}
