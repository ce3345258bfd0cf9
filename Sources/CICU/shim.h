#pragma once
// ICU's functions are macros that carry the library's version (u_isalpha_72), which Swift cannot see.
#include <stdbool.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/unorm2.h>

static inline int8_t icu_general_category(UChar32 c) { return u_charType(c); }
static inline bool icu_has_binary_property(UChar32 c, UProperty p) {
  return u_hasBinaryProperty(c, p);
}
static inline UChar32 icu_to_lower(UChar32 c) { return u_tolower(c); }
static inline bool icu_is_alpha(UChar32 c) { return u_isUAlphabetic(c); }
static inline bool icu_is_white_space(UChar32 c) { return u_isUWhiteSpace(c); }
static inline const UNormalizer2 *icu_nfd(UErrorCode *e) { return unorm2_getNFDInstance(e); }
static inline UConverter *icu_open_converter(const char *name, UErrorCode *e) {
  return ucnv_open(name, e);
}
static inline void icu_close_converter(UConverter *c) { ucnv_close(c); }
static inline int32_t icu_to_utf16(UConverter *c, UChar *out, int32_t capacity, const char *in,
                                   int32_t length, UErrorCode *e) {
  return ucnv_toUChars(c, out, capacity, in, length, e);
}
