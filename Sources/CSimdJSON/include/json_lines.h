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
  JSON_MALFORMED,       ///< not JSON
  JSON_NOT_OBJECT,      ///< JSON, but not one object
  JSON_INVALID_UTF8,    ///< bytes that are not UTF-8
  JSON_BAD_STRING,      ///< an escape that means nothing, or half of a surrogate pair
  JSON_TOO_DEEP,        ///< nested deeper than 1,024 levels
  JSON_TRAILING,        ///< something follows the object
  JSON_NO_TEXT,         ///< the text field is missing
  JSON_TEXT_NOT_STRING, ///< the text field is not a string
  JSON_OUT_OF_MEMORY
} json_status;

/// What deserves a note in a document that was read.
typedef enum {
  JSON_DUPLICATE_KEY = 1,  ///< a key comes twice in one object, at any depth
  JSON_INEXACT_NUMBER = 2, ///< an integer past 2^53, or a number past what a double holds
  JSON_NUL_CHARACTER = 4   ///< U+0000 in the text
} json_note;

/// A slice of bytes: inside the line or inside the reader's own memory. `bytes` is null where the
/// field is absent or null. Valid until the next call on the same reader.
typedef struct {
  const uint8_t *bytes;
  size_t length;
} json_slice;

typedef struct {
  json_slice id;
  json_slice text;
  json_slice source;
  json_slice url;
  /// The raw JSON of the metadata field, byte for byte.
  json_slice metadata;
  /// The members of the object `attributes`, without its braces, byte for byte.
  json_slice attributes;
  /// All other members of the line, byte for byte but for the space between them. One whose name
  /// is that of a document's own field (other paths were asked for) gets `input_` in front.
  json_slice others;
  /// Bits of `json_note`.
  uint32_t notes;
} json_document;

/// The paths of the fields to read, each ended by a zero byte. A dot goes into an object
/// (`meta.url`), a backslash takes the next byte as it is.
typedef struct {
  const char *id;
  const char *text;
  const char *source;
  const char *url;
  const char *metadata;
} json_field_names;

/// Null where there is no memory.
json_reader *json_reader_create(const json_field_names *);
void json_reader_destroy(json_reader *);

/// Reads one line as a document; the whole line must be valid, fields that are not asked for too.
/// A key that comes twice has its last value, as in Python. `capacity` bytes can be read from
/// `line`, at least `length + JSON_PADDING`.
json_status json_document_read(json_reader *, const uint8_t *line, size_t length, size_t capacity,
                               json_document *out);

/// 1 where an object or array, behind which `JSON_PADDING` bytes can be read, is valid and has nothing
/// that deserves a note.
int json_value_is_plain(json_reader *, const uint8_t *bytes, size_t length);

/// The members of an object without its braces and the space beside them.
json_slice json_inside(json_slice object);

/// 1 where the bytes are UTF-8, 0 where they are not.
int json_is_utf8(const uint8_t *bytes, size_t length);

#ifdef __cplusplus
}
#endif
