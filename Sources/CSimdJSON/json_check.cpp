#include "json_check.h"

#include <simdjson.h>

#include <new>

struct json_checker {
  simdjson::dom::parser parser;
};

extern "C" json_checker *json_checker_create(void) { return new (std::nothrow) json_checker(); }
extern "C" void json_checker_destroy(json_checker *checker) { delete checker; }

extern "C" int json_is_object(json_checker *checker, const uint8_t *bytes, size_t length) {
  simdjson::dom::element element;
  // With a copy: nothing is known about what follows the bytes.
  if (checker->parser.parse(bytes, length, true).get(element)) return 0;
  return element.is_object();
}
