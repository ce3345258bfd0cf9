#include "json_check.h"

#include <simdjson.h>

#include <new>

using namespace simdjson;

struct json_checker {
  dom::parser parser;
};

extern "C" json_checker *json_checker_create(void) { return new (std::nothrow) json_checker(); }
extern "C" void json_checker_destroy(json_checker *checker) { delete checker; }

extern "C" json_kind json_check(json_checker *checker, const uint8_t *bytes, size_t length) {
  dom::element element;
  // The bytes are copied, because nothing is known about what follows them.
  if (checker->parser.parse(bytes, length, true).get(element)) return JSON_IS_NOTHING;
  return element.type() == dom::element_type::OBJECT ? JSON_IS_OBJECT : JSON_IS_OTHER;
}
