#pragma once
// ICU behind a few functions of our own. Its headers cannot be imported into Swift beside
// Foundation, which carries another version of the same types.
#include <stddef.h>
#include <stdint.h>

/// A converter from a legacy encoding. Not to be shared between threads.
typedef struct icu_converter icu_converter;

/// Opens a converter by any name that ICU knows ("windows-1252", "Shift_JIS"), or returns null.
icu_converter *icu_converter_open(const char *name);
void icu_converter_close(icu_converter *);

/// Decodes `length` bytes to UTF-8; what cannot be decoded becomes U+FFFD. Returns the number of
/// bytes that the result takes, which may be more than `capacity` (then `out` is not complete), or
/// -1 where ICU refuses. At most 2^31 - 1 bytes.
int64_t icu_converter_to_utf8(icu_converter *, const uint8_t *bytes, size_t length, uint8_t *out,
                              size_t capacity);

/// For example "72.1".
const char *icu_version(void);
