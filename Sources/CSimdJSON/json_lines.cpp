#include "json_lines.h"

#include <simdjson.h>

#include <new>
#include <string_view>

using namespace simdjson;

struct json_reader {
  ondemand::parser parser;
  /// Checks nested values: the on-demand parser skips them without looking inside.
  dom::parser nested;
};

extern "C" json_reader *json_reader_create(void) { return new (std::nothrow) json_reader(); }
extern "C" void json_reader_destroy(json_reader *reader) { delete reader; }

static json_slice slice(std::string_view view) {
  return {reinterpret_cast<const uint8_t *>(view.data()), view.size()};
}

static json_status status_of(error_code error) {
  switch (error) {
    case SUCCESS: return JSON_OK;
    case UTF8_ERROR: return JSON_INVALID_UTF8;
    case STRING_ERROR: return JSON_BAD_STRING;
    case DEPTH_ERROR: return JSON_TOO_DEEP;
    case MEMALLOC: return JSON_OUT_OF_MEMORY;
    default: return JSON_MALFORMED;
  }
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// The raw JSON of a value, checked.
static error_code read_raw(json_reader *reader, ondemand::value value, std::string_view &raw) {
  if (auto error = to_json_string(value).get(raw)) return error;
  while (!raw.empty() && is_space(raw.back())) raw.remove_suffix(1);
  dom::element element;
  // No copy: the line's padding follows every value of the line.
  return reader->nested.parse(reinterpret_cast<const uint8_t *>(raw.data()), raw.size(), false)
      .get(element);
}

/// A string as itself, null as nothing, any other value as its raw JSON (ids are sometimes
/// numbers).
static error_code read_text_or_raw(json_reader *reader, ondemand::value value,
                                   ondemand::json_type type, json_slice &out) {
  out = {};
  std::string_view view;
  if (type == ondemand::json_type::string) {
    if (auto error = value.get_string().get(view)) return error;
  } else {
    if (auto error = read_raw(reader, value, view)) return error;
    if (type == ondemand::json_type::null) return SUCCESS;
  }
  out = slice(view);
  return SUCCESS;
}

extern "C" json_status json_document_read(json_reader *reader, const uint8_t *line, size_t length,
                                          size_t capacity, const json_field_names *names,
                                          json_document *out) {
  *out = {};
  ondemand::document document;
  if (auto error = reader->parser.iterate(reinterpret_cast<const char *>(line), length, capacity)
                       .get(document)) {
    return status_of(error);
  }
  ondemand::object object;
  if (auto error = document.get_object().get(object)) {
    return error == INCORRECT_TYPE ? JSON_NOT_OBJECT : status_of(error);
  }
  const std::string_view id(names->id), text(names->text), source(names->source), url(names->url),
      metadata(names->metadata);
  bool has_text = false, text_is_string = false;
  for (auto item : object) {
    ondemand::field field;
    if (auto error = std::move(item).get(field)) return status_of(error);
    std::string_view key, view;
    if (auto error = field.unescaped_key().get(key)) return status_of(error);
    ondemand::value value = field.value();
    ondemand::json_type type;
    if (auto error = value.type().get(type)) return status_of(error);
    error_code error = SUCCESS;
    if (key == text) {
      has_text = true;
      text_is_string = type == ondemand::json_type::string;
      error = read_text_or_raw(reader, value, type, out->text);
    } else if (key == id) {
      error = read_text_or_raw(reader, value, type, out->id);
    } else if (key == source) {
      error = read_text_or_raw(reader, value, type, out->source);
    } else if (key == url) {
      error = read_text_or_raw(reader, value, type, out->url);
    } else if (key == metadata) {
      error = read_raw(reader, value, view);
      out->metadata = slice(view);
    } else if (type == ondemand::json_type::string) {
      error = value.get_string().get(view);
    } else {
      error = read_raw(reader, value, view);
    }
    if (error) return status_of(error);
  }
  // A location is only to be had where something follows the object.
  if (document.current_location().error() == SUCCESS) return JSON_TRAILING;
  if (!has_text) return JSON_NO_TEXT;
  return text_is_string ? JSON_OK : JSON_TEXT_NOT_STRING;
}

extern "C" int json_is_utf8(const uint8_t *bytes, size_t length) {
  return validate_utf8(reinterpret_cast<const char *>(bytes), length);
}
