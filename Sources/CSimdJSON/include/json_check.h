#pragma once
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// Checks values that came from elsewhere than JSON.
typedef struct json_checker json_checker;

typedef enum {
  JSON_IS_NOTHING = 0, ///< not valid JSON, or nested too deeply
  JSON_IS_OBJECT,
  JSON_IS_OTHER        ///< an array, a string, a number, a boolean or null
} json_kind;

/// Null where there is no memory.
json_checker *json_checker_create(void);
void json_checker_destroy(json_checker *);

/// What one JSON value is, after checking all of it; nothing may follow it but white space. Adds bits
/// of `json_note` to `notes`.
json_kind json_check(json_checker *, const uint8_t *bytes, size_t length, uint32_t *notes);

/// 1 where the bytes are one valid JSON object and nothing but white space around it, else 0.
int json_is_object(json_checker *, const uint8_t *bytes, size_t length);

#ifdef __cplusplus
}
#endif
