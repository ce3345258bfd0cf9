#include "json_check.h"

#include <new>
#include <string>

#include "raw_json.h"

using namespace simdjson;

struct json_checker {
  raw_json_checker raw;
  std::string copy;
};

extern "C" json_checker *json_checker_create(void) { return new (std::nothrow) json_checker(); }
extern "C" void json_checker_destroy(json_checker *checker) { delete checker; }

extern "C" json_kind json_check(json_checker *checker, const uint8_t *bytes, size_t length,
                                uint32_t *notes) {
  // The parser reads past the end, and nothing is known about what follows the bytes.
  checker->copy.reserve(length + SIMDJSON_PADDING);
  checker->copy.assign(reinterpret_cast<const char *>(bytes), length);
  uint32_t found = 0;
  if (checker->raw.check(checker->copy, found)) return JSON_IS_NOTHING;
  *notes |= found;
  const bool is_object = checker->raw.checked().type() == dom::element_type::OBJECT;
  return is_object ? JSON_IS_OBJECT : JSON_IS_OTHER;
}

extern "C" int json_is_object(json_checker *checker, const uint8_t *bytes, size_t length) {
  uint32_t notes = 0;
  return json_check(checker, bytes, length, &notes) == JSON_IS_OBJECT;
}
