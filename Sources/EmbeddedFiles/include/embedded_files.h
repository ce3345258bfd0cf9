#pragma once
#include <stddef.h>
#include <stdint.h>

/// A file of this repository that the binary carries in itself.
typedef struct {
  const char *path;  // from the repository's root, for example "filters/gopher-quality.yaml"
  const uint8_t *bytes;
  size_t length;
} embedded_file;

/// Returns the number of embedded files, and the first of them through `files`, sorted by path.
size_t embedded_files(const embedded_file **files);
