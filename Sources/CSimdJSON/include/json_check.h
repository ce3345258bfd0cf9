#pragma once
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// Checks values that came from elsewhere than JSON.
typedef struct json_checker json_checker;

/// Null where there is no memory.
json_checker *json_checker_create(void);
void json_checker_destroy(json_checker *);

/// 1 where the bytes are one valid JSON object and nothing but whitespace around it, else 0.
int json_is_object(json_checker *, const uint8_t *bytes, size_t length);

#ifdef __cplusplus
}
#endif
