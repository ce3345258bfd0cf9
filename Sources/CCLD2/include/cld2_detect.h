#pragma once
#include <stdbool.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// What CLD2 says of a text. `code` is a static string such as "en", "un" for unknown.
typedef struct {
  const char *code;
  /// Share of the text's bytes in that language, 0 to 1, by the detector's own count.
  float share;
  bool reliable;
  int32_t text_bytes;
} cld2_result;

/// Detects the main language of `length` bytes of valid UTF-8 plain text.
cld2_result cld2_detect(const void *text, int32_t length);

#ifdef __cplusplus
}
#endif
