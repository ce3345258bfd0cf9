#pragma once
#include <simdjson.h>

#include <array>
#include <string>
#include <string_view>
#include <unordered_set>

inline bool is_json_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Without the space at both ends.
inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_json_space(text.back())) text.remove_suffix(1);
  while (!text.empty() && is_json_space(text.front())) text.remove_prefix(1);
  return text;
}

/// The keys of one object; few as a rule.
class key_set {
 public:
  /// False where the key was there already.
  bool insert(std::string_view key);

 private:
  static constexpr size_t few = 16;
  std::array<std::string_view, few> first;
  size_t count = 0;
  std::unordered_set<std::string_view> rest;
};

/// Checks JSON values that nobody looks into: their syntax, their strings and numbers.
class raw_json_checker {
 public:
  /// Adds bits of `json_note`. Padding must follow the value.
  simdjson::error_code check(std::string_view raw, uint32_t &notes);

  /// The value that was checked last, until the next check.
  simdjson::dom::element checked() const { return element; }

 private:
  simdjson::error_code check_without_numbers(std::string_view raw);
  void look_at(simdjson::dom::element element, uint32_t &notes);

  simdjson::dom::parser parser;
  simdjson::dom::element element;
  std::string copy;
};
