#pragma once
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// Spare bytes that must follow the buffer given to `json_document_read`.
#define JSON_PADDING 64

typedef struct json_reader json_reader;

typedef enum {
  JSON_OK = 0,
  JSON_MALFORMED,      ///< not one JSON object
  JSON_NO_TEXT,        ///< the text field is missing
  JSON_TEXT_NOT_STRING ///< the text field is not a string
} json_status;

/// A slice of bytes: inside the line for `metadata`, inside the reader's own memory otherwise.
/// `bytes` is null where the field is absent. Valid until the next call on the same reader.
typedef struct {
  const uint8_t *bytes;
  size_t length;
} json_slice;

typedef struct {
  json_slice id;
  json_slice text;
  json_slice source;
  json_slice url;
  /// The raw JSON of the `metadata` object, byte for byte.
  json_slice metadata;
} json_document;

json_reader *json_reader_create(void);
void json_reader_destroy(json_reader *);

/// Reads one line as a document. `capacity` bytes can be read from `line`, at least
/// `length + JSON_PADDING`.
json_status json_document_read(json_reader *, const uint8_t *line, size_t length, size_t capacity,
                               const char *text_field, const char *id_field, json_document *out);

#ifdef __cplusplus
}
#endif
