#pragma once
// Texts cut into lines, paragraphs or sentences, and how long a text is in words.
#include <stddef.h>
#include <stdint.h>

/// A part of a text in bytes, without white space at its ends, never empty.
typedef struct {
  uint32_t start, end;
} text_segment;

typedef enum {
  /// Between "\n".
  TEXT_LINES,
  /// Between lines of nothing but white space.
  TEXT_PARAGRAPHS,
  /// Up to a mark that ends a sentence, with the quotes and brackets that close behind it: one of
  /// . ! ? before white space, or any other script's mark. A blank line ends one too, and so does a
  /// line break, unless a small letter comes next, as it does in lines of a fixed width. What is
  /// around a sentence does not change where it is cut, so copies are cut alike.
  TEXT_SENTENCES,
} text_segment_kind;

/// Writes the segments of a text from byte `*position` on, in order, and sets `*position` to where
/// the next call goes on: at `length` all were given. Nothing but white space is between two
/// segments, before the first and after the last. Any bytes are safe; `length` must fit 32 bits.
/// Returns how many there are, at most `capacity`.
size_t text_cut_segments(
    text_segment_kind kind, const uint8_t *text, size_t length, size_t *position,
    text_segment *segments, size_t capacity);

/// Words between Unicode white space, and one word more for every two characters of the scripts that
/// write none: kana, Han, Thai, Lao, Myanmar, Khmer.
size_t text_length_in_words(const uint8_t *text, size_t length);
