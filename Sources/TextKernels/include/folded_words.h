#pragma once
// Words as decontamination compares them: letters, digits and marks of UTF-8 in a form that casing,
// typography and compatibility forms do not change. Any bytes are safe.
#include <stddef.h>
#include <stdint.h>

/// What punctuation and symbols do to words.
typedef enum {
  /// They separate words, as white space does.
  folded_words_apart,
  /// They are as if they were not there, as in a text from which somebody deleted them.
  folded_words_joined,
  /// The same, but `_` separates words: many programs count it as a letter.
  folded_words_joined_at_underscores,
} folded_words_mode;

/// The most words that `byte_count` bytes can hold.
static inline size_t folded_words_capacity(size_t byte_count) { return byte_count / 2 + 1; }

/// Hashes each word to 64 bits. A word is a run of letters, digits and marks after compatibility
/// decomposition (NFKD), full case folding and the loss of diacritics; a character of a script that
/// is written without spaces is a word. Soft hyphens, joiners and variation selectors are as if
/// they were not there. A byte that is no UTF-8 is a part of its word.
/// - hashes, starts, ends: room for `folded_words_capacity(byte_count)` each; the bytes of word i are
///   `starts[i] ..< ends[i]` (texts under 4 GiB).
/// Returns the number of words. The same on every level.
size_t text_folded_words(
    const uint8_t *text, size_t byte_count, folded_words_mode mode, uint64_t *hashes,
    uint32_t *starts, uint32_t *ends);

/// Writes the same words themselves, each with a space in front: ` janet s ducks lay`.
/// - bytes: room for `room` bytes. What does not fit is counted only; folding can make a character
///   several times as long.
/// - byte_ends, starts, ends: room for `folded_words_capacity(byte_count)` each; word i ends at
///   `byte_ends[i]` of what is written, and stands at `starts[i] ..< ends[i]` of the text.
/// Returns how many bytes there are, and sets `word_count`.
size_t text_folded_bytes(
    const uint8_t *text, size_t byte_count, folded_words_mode mode, uint8_t *bytes, size_t room,
    uint32_t *byte_ends, uint32_t *starts, uint32_t *ends, size_t *word_count);
