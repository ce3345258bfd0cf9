#include "json_lines.h"

#include "raw_json.h"

#include <simdjson.h>

#include <array>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

using namespace simdjson;

namespace {

enum field { ID, TEXT, SOURCE, URL, METADATA, ATTRIBUTES, FIELD_COUNT, NONE = -1 };

/// The keys of one object that lead to fields.
struct path_node {
  struct child {
    std::string key;
    int field = NONE;
    std::unique_ptr<path_node> below;
  };
  std::vector<child> children;

  child *find(std::string_view key) {
    for (auto &child : children) {
      if (child.key == key) return &child;
    }
    return nullptr;
  }

  void add(std::string_view path, int field) {
    std::string key;
    size_t i = 0;
    for (; i < path.size() && path[i] != '.'; i++) {
      if (path[i] == '\\' && i + 1 < path.size()) i++;
      key += path[i];
    }
    auto *found = find(key);
    if (!found) {
      children.emplace_back();
      found = &children.back();
      found->key = key;
    }
    if (i == path.size()) {
      found->field = field;
      return;
    }
    if (!found->below) found->below = std::make_unique<path_node>();
    found->below->add(path.substr(i + 1), field);
  }
};

json_status status_of(error_code error) {
  switch (error) {
    case SUCCESS: return JSON_OK;
    case UTF8_ERROR: return JSON_INVALID_UTF8;
    case STRING_ERROR: return JSON_BAD_STRING;
    case DEPTH_ERROR: return JSON_TOO_DEEP;
    case MEMALLOC: return JSON_OUT_OF_MEMORY;
    default: return JSON_MALFORMED;
  }
}

json_slice slice(std::string_view view) {
  return {reinterpret_cast<const uint8_t *>(view.data()), view.size()};
}

/// A key as it stands in the line, without its quotes, which the parser has found.
std::string_view raw_key(ondemand::field &field, const char *line_end) {
  const char *start = field.key().raw();
  const char *end = start;
  while (true) {
    const auto left = static_cast<size_t>(line_end - end);
    end = static_cast<const char *>(std::memchr(end, '"', left));
    if (!end) return {start, static_cast<size_t>(line_end - start)};
    size_t slashes = 0;
    while (end - slashes > start && end[-1 - static_cast<ptrdiff_t>(slashes)] == '\\') slashes++;
    if (slashes % 2 == 0) return {start, static_cast<size_t>(end - start)};
    end++;
  }
}

/// Names that documents have for fields of their own when they are written: those of
/// `DocumentFields.ownNames`.
bool is_column(std::string_view key) {
  return key == "id" || key == "text" || key == "source" || key == "url" || key == "metadata" ||
         key == "attributes";
}

}  // namespace

struct json_reader {
  ondemand::parser parser;
  /// Checks nested values: the on-demand parser skips them without looking inside.
  raw_json_checker checker;
  path_node paths;
  json_document *out = nullptr;
  const char *line_end = nullptr;
  bool text_is_string = false;
  /// A bit a field.
  uint32_t seen = 0;
  std::string others;
  /// Fields that were found inside the metadata.
  std::array<std::string, FIELD_COUNT> found_inside;

  error_code read(ondemand::object object, path_node &node);
  error_code take(int field, ondemand::value value, ondemand::json_type type);
  error_code raw(ondemand::value value, std::string_view &raw);
  void look_inside(path_node &node, dom::element element);
  json_slice &slot(int field);
};

json_slice &json_reader::slot(int field) {
  switch (field) {
    case ID: return out->id;
    case TEXT: return out->text;
    case SOURCE: return out->source;
    case URL: return out->url;
    case METADATA: return out->metadata;
    default: return out->attributes;
  }
}

/// The raw JSON of a value, checked.
error_code json_reader::raw(ondemand::value value, std::string_view &raw) {
  if (auto error = to_json_string(value).get(raw)) return error;
  raw = trimmed(raw);
  return checker.check(raw, out->notes);
}

error_code json_reader::take(int field, ondemand::value value, ondemand::json_type type) {
  auto &place = slot(field);
  if (seen & 1u << field) out->notes |= JSON_DUPLICATE_KEY;
  seen |= 1u << field;
  std::string_view view;
  if (field == TEXT) text_is_string = type == ondemand::json_type::string;
  if (type == ondemand::json_type::string && field != METADATA && field != ATTRIBUTES) {
    if (auto error = value.get_string().get(view)) return error;
  } else {
    if (auto error = raw(value, view)) return error;
    if (type == ondemand::json_type::null && field != METADATA) {
      place = {};
      return SUCCESS;
    }
  }
  place = slice(view);
  return SUCCESS;
}

/// Fields whose path leads into the metadata, which itself stays as it is.
void json_reader::look_inside(path_node &node, dom::element element) {
  dom::object object;
  if (element.get(object)) return;
  for (auto &child : node.children) {
    dom::element inner;
    if (object[child.key].get(inner)) continue;
    if (child.below) look_inside(*child.below, inner);
    if (child.field == NONE) continue;
    auto &kept = found_inside[static_cast<size_t>(child.field)];
    std::string_view text;
    const bool is_string = !inner.get(text);
    if (inner.is_null()) continue;
    if (is_string) kept = text;
    else kept = simdjson::minify(inner);
    if (child.field == TEXT) text_is_string = is_string;
    slot(child.field) = slice(kept);
  }
}

error_code json_reader::read(ondemand::object object, path_node &node) {
  key_set keys;
  for (auto item : object) {
    ondemand::field field;
    if (auto error = std::move(item).get(field)) return error;
    const std::string_view raw_name = raw_key(field, line_end);
    std::string_view key = raw_name;
    if (raw_name.find('\\') != std::string_view::npos) {
      if (auto error = field.unescaped_key().get(key)) return error;
    }
    ondemand::value value = field.value();
    ondemand::json_type type;
    if (auto error = value.type().get(type)) return error;
    auto *child = node.find(key);
    if (child && child->field != NONE) {
      if (auto error = take(child->field, value, type)) return error;
      if (child->below && child->field == METADATA) look_inside(*child->below, checker.checked());
      if (child->field != ATTRIBUTES || type == ondemand::json_type::object) continue;
    }
    if (!keys.insert(raw_name)) out->notes |= JSON_DUPLICATE_KEY;
    if (!others.empty() && others.back() != '{') others += ',';
    others += '"';
    if (&node == &paths && is_column(key)) others += "input_";
    others += raw_name;
    others += "\":";
    if (child && child->below && type == ondemand::json_type::object) {
      ondemand::object inner;
      if (auto error = value.get_object().get(inner)) return error;
      others += '{';
      if (auto error = read(inner, *child->below)) return error;
      others += '}';
      continue;
    }
    std::string_view view;
    if (child && child->field == ATTRIBUTES) {
      // Attributes that are no object stay a field like any other.
      view = {reinterpret_cast<const char *>(out->attributes.bytes), out->attributes.length};
      if (type == ondemand::json_type::null) view = "null";
      out->attributes = {};
    } else if (auto error = raw(value, view)) {
      return error;
    }
    others += view;
  }
  return SUCCESS;
}

extern "C" json_reader *json_reader_create(const json_field_names *names) {
  for (const char *name : {names->id, names->text, names->source, names->url, names->metadata}) {
    if (!name) return nullptr;
  }
  auto *reader = new (std::nothrow) json_reader();
  if (!reader) return nullptr;
  reader->paths.add(names->id, ID);
  reader->paths.add(names->text, TEXT);
  reader->paths.add(names->source, SOURCE);
  reader->paths.add(names->url, URL);
  reader->paths.add(names->metadata, METADATA);
  if (!reader->paths.find("attributes")) reader->paths.add("attributes", ATTRIBUTES);
  return reader;
}

extern "C" void json_reader_destroy(json_reader *reader) { delete reader; }

extern "C" json_status json_document_read(json_reader *reader, const uint8_t *line, size_t length,
                                          size_t capacity, json_document *out) {
  *out = {};
  reader->out = out;
  reader->others.clear();
  reader->text_is_string = false;
  reader->seen = 0;
  reader->line_end = reinterpret_cast<const char *>(line) + length;
  ondemand::document document;
  if (auto error = reader->parser.iterate(reinterpret_cast<const char *>(line), length, capacity)
                       .get(document)) {
    return status_of(error);
  }
  ondemand::object object;
  if (auto error = document.get_object().get(object)) {
    return error == INCORRECT_TYPE ? JSON_NOT_OBJECT : status_of(error);
  }
  if (auto error = reader->read(object, reader->paths)) return status_of(error);
  // A location is only to be had where something follows the object.
  if (document.current_location().error() == SUCCESS) return JSON_TRAILING;
  if (!out->text.bytes && !(reader->seen & 1u << TEXT)) return JSON_NO_TEXT;
  if (!reader->text_is_string) return JSON_TEXT_NOT_STRING;
  if (std::memchr(out->text.bytes, 0, out->text.length)) out->notes |= JSON_NUL_CHARACTER;
  if (out->attributes.bytes) out->attributes = json_inside(out->attributes);
  out->others = reader->others.empty() ? json_slice{} : slice(reader->others);
  return JSON_OK;
}

extern "C" int json_value_is_plain(json_reader *reader, const uint8_t *bytes, size_t length) {
  uint32_t notes = 0;
  return !reader->checker.check({reinterpret_cast<const char *>(bytes), length}, notes) && !notes;
}

extern "C" json_slice json_inside(json_slice object) {
  const auto inner = trimmed({reinterpret_cast<const char *>(object.bytes) + 1, object.length - 2});
  return inner.empty() ? json_slice{} : slice(inner);
}

extern "C" int json_is_utf8(const uint8_t *bytes, size_t length) {
  return validate_utf8(reinterpret_cast<const char *>(bytes), length);
}
