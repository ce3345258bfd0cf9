#include "raw_json.h"

#include "json_lines.h"

using namespace simdjson;

bool key_set::insert(std::string_view key) {
  if (count < few) {
    for (size_t i = 0; i < count; i++) {
      if (first[i] == key) return false;
    }
    first[count++] = key;
    return true;
  }
  if (rest.empty()) rest.insert(first.begin(), first.end());
  return rest.insert(key).second;
}

error_code raw_json_checker::check(std::string_view raw, uint32_t &notes) {
  // No copy: the line's padding follows every value of the line.
  auto error = parser.parse(reinterpret_cast<const uint8_t *>(raw.data()), raw.size(), false)
                   .get(element);
  if (error == NUMBER_ERROR) {
    // Numbers past 64 bits are JSON, and nobody computes with them here.
    error = check_without_numbers(raw);
    notes |= JSON_INEXACT_NUMBER;
  }
  if (!error) look_at(element, notes);
  return error;
}

/// Whether `text` starts with a number of JSON's grammar; `end` is the place behind it.
static bool scan_number(std::string_view text, size_t &end) {
  size_t i = 0;
  const auto digits = [&] {
    const size_t start = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') i++;
    return i - start;
  };
  if (i < text.size() && text[i] == '-') i++;
  const bool zero = i < text.size() && text[i] == '0';
  const size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (i < text.size() && text[i] == '.') {
    i++;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    i++;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) i++;
    if (digits() == 0) return false;
  }
  end = i;
  return true;
}

/// Whether every parser holds the number.
static bool fits(std::string_view number) {
  return number.size() <= 18 && number.find_first_of("eE") == std::string_view::npos;
}

error_code raw_json_checker::check_without_numbers(std::string_view raw) {
  copy.clear();
  bool in_string = false;
  for (size_t i = 0; i < raw.size(); i++) {
    const char c = raw[i];
    if (in_string) {
      copy += c;
      if (c == '\\' && i + 1 < raw.size()) copy += raw[++i];
      else if (c == '"') in_string = false;
      continue;
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
      size_t end = 0;
      if (!scan_number(raw.substr(i), end)) return NUMBER_ERROR;
      const std::string_view number = raw.substr(i, end);
      i += end - 1;
      if (fits(number)) {
        copy += number;
        continue;
      }
      // Its digits as text; but no number is a key, and none stands behind another.
      size_t next = i + 1;
      while (next < raw.size() && is_json_space(raw[next])) next++;
      if (next < raw.size() && raw[next] != ',' && raw[next] != '}' && raw[next] != ']') {
        return NUMBER_ERROR;
      }
      copy += '"';
      copy += number;
      copy += '"';
      continue;
    }
    in_string = c == '"';
    copy += c;
  }
  return parser.parse(copy).get(element);
}

void raw_json_checker::look_at(dom::element value, uint32_t &notes) {
  static constexpr int64_t exact = int64_t(1) << 53;
  switch (value.type()) {
    case dom::element_type::OBJECT: {
      key_set keys;
      for (auto [key, inner] : dom::object(value)) {
        if (!keys.insert(key)) notes |= JSON_DUPLICATE_KEY;
        look_at(inner, notes);
      }
      break;
    }
    case dom::element_type::ARRAY:
      for (auto inner : dom::array(value)) look_at(inner, notes);
      break;
    case dom::element_type::INT64: {
      const int64_t number = value.get_int64().value_unsafe();
      if (number > exact || number < -exact) notes |= JSON_INEXACT_NUMBER;
      break;
    }
    case dom::element_type::UINT64: notes |= JSON_INEXACT_NUMBER; break;
    default: break;
  }
}
