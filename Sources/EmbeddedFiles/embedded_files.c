#include "embedded_files.h"

// One block a file, sorted by path. A test compares this list with the folders.
#define FILE_AT(name, path) static const uint8_t name[] = {
#define END ,0};

FILE_AT(license, "LICENSE")
#embed "../../LICENSE"
END

#define ENTRY(path, name) {path, name, sizeof(name) - 1}

static const embedded_file table[] = {
    ENTRY("LICENSE", license),
};

size_t embedded_files(const embedded_file **files) {
  *files = table;
  return sizeof(table) / sizeof(table[0]);
}
