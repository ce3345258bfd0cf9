#include "icu_text.h"

#include <limits.h>
#include <unicode/ucnv.h>
#include <unicode/uversion.h>

icu_converter *icu_converter_open(const char *name) {
  UErrorCode error = U_ZERO_ERROR;
  UConverter *converter = ucnv_open(name, &error);
  return U_SUCCESS(error) ? (icu_converter *)converter : NULL;
}

void icu_converter_close(icu_converter *converter) { ucnv_close((UConverter *)converter); }

int64_t icu_converter_to_utf8(icu_converter *converter, const uint8_t *bytes, size_t length,
                              uint8_t *out, size_t capacity) {
  if (length > INT_MAX) return -1;
  UErrorCode error = U_ZERO_ERROR;
  int32_t room = capacity > INT_MAX ? INT_MAX : (int32_t)capacity;
  int32_t size = ucnv_toAlgorithmic(UCNV_UTF8, (UConverter *)converter, (char *)out, room,
                                    (const char *)bytes, (int32_t)length, &error);
  if (error == U_BUFFER_OVERFLOW_ERROR || U_SUCCESS(error)) return size;
  return -1;
}

const char *icu_version(void) { return U_ICU_VERSION; }
