#include "json_lines.h"

#include <simdjson.h>

#include <string_view>

using namespace simdjson;

struct json_reader {
  ondemand::parser parser;
};

extern "C" json_reader *json_reader_create(void) { return new json_reader(); }
extern "C" void json_reader_destroy(json_reader *reader) { delete reader; }

static json_slice slice(std::string_view view) {
  return {reinterpret_cast<const uint8_t *>(view.data()), view.size()};
}

/// A string as itself, any other value as its raw JSON (ids are sometimes numbers).
static error_code read_text_or_raw(ondemand::value value, json_slice &out) {
  ondemand::json_type type;
  if (auto error = value.type().get(type)) return error;
  if (type == ondemand::json_type::string) {
    std::string_view text;
    if (auto error = value.get_string().get(text)) return error;
    out = slice(text);
    return SUCCESS;
  }
  std::string_view raw;
  if (auto error = to_json_string(value).get(raw)) return error;
  while (!raw.empty() && (raw.back() == ' ' || raw.back() == '\n' || raw.back() == '\r')) {
    raw.remove_suffix(1);
  }
  out = slice(raw);
  return SUCCESS;
}

extern "C" json_status json_document_read(json_reader *reader, const uint8_t *line, size_t length,
                                          size_t capacity, const char *text_field,
                                          const char *id_field, json_document *out) {
  *out = {};
  ondemand::document document;
  auto error = reader->parser.iterate(reinterpret_cast<const char *>(line), length, capacity)
                   .get(document);
  if (error) return JSON_MALFORMED;
  ondemand::object object;
  if (document.get_object().get(object)) return JSON_MALFORMED;
  const std::string_view text_name(text_field), id_name(id_field);
  bool text_is_string = true;
  for (auto field : object) {
    std::string_view key;
    ondemand::value value;
    if (field.unescaped_key().get(key) || field.value().get(value)) return JSON_MALFORMED;
    error = SUCCESS;
    if (key == text_name) {
      std::string_view text;
      ondemand::json_type type;
      if (value.type().get(type)) return JSON_MALFORMED;
      if (type == ondemand::json_type::string) {
        error = value.get_string().get(text);
        out->text = slice(text);
      } else {
        text_is_string = false;
      }
    } else if (key == id_name) {
      error = read_text_or_raw(value, out->id);
    } else if (key == "source") {
      error = read_text_or_raw(value, out->source);
    } else if (key == "url") {
      error = read_text_or_raw(value, out->url);
    } else if (key == "metadata") {
      error = read_text_or_raw(value, out->metadata);
    }
    if (error) return JSON_MALFORMED;
  }
  // A location is only to be had where something follows the object.
  if (document.current_location().error() == SUCCESS) return JSON_MALFORMED;
  if (!text_is_string) return JSON_TEXT_NOT_STRING;
  return out->text.bytes ? JSON_OK : JSON_NO_TEXT;
}
