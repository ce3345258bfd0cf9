#pragma once
// Words: runs of bytes between Unicode whitespace (the 29 code points at which Python's
// `str.split()` cuts), in UTF-8. Text need not be valid UTF-8; any bytes are safe.
#include <stddef.h>
#include <stdint.h>

/// The most words that `byte_count` bytes can hold: what the arrays below must have room for.
static inline size_t text_word_capacity(size_t byte_count) { return byte_count / 2 + 1; }

/// Hashes each word to 64 bits, A-Z as a-z, all other bytes as they are.
/// - hashes: room for `text_word_capacity(byte_count)`, overwritten.
/// - starts: NULL, or as much room: the byte at which each word starts (texts under 4 GiB).
/// Returns the number of words. The hash is the same on every level and machine of one byte order.
size_t text_word_hashes(
    const uint8_t *text, size_t byte_count, uint64_t *hashes, uint32_t *starts);

/// Copies the words with one space between two of them, A-Z as a-z. `output` must have room for
/// `byte_count` + 16 bytes and must not overlap `text`. Returns the length.
size_t text_collapse(const uint8_t *text, size_t byte_count, uint8_t *output);

/// Copies the text byte for byte, with spaces for ASCII punctuation and for the general and CJK
/// punctuation of U+2010-205E and U+3001-301F, so that offsets stay. `output` may be `text`.
void text_blank_punctuation(const uint8_t *text, size_t byte_count, uint8_t *output);
