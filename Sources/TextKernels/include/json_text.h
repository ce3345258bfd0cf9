#pragma once
// Text as the inside of a JSON string.
#include <stddef.h>
#include <stdint.h>

/// The most bytes that `json_text_escape` writes for `length` bytes, with room to spare.
static inline size_t json_text_capacity(size_t length) { return 6 * length + 128; }

/// Copies text with quotes, backslashes and control characters escaped: `\n` and the like by their
/// letters, the others as `\u00XX` in lower case. `output` has room for `json_text_capacity(length)`
/// bytes. Returns how many were written. `level` -1 is this process's kernel level.
size_t json_text_escape(const uint8_t *text, size_t length, uint8_t *output, int level);
