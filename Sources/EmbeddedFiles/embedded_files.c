#include "embedded_files.h"

// One block a file, sorted by path. A test compares this list with the folders.
#pragma clang diagnostic ignored "-Wc23-extensions"
#define FILE_AT(name, path) static const uint8_t name[] = {
#define END ,0};

FILE_AT(debian_docs, "corpora-manifests/debian-docs.yaml")
#embed "../../corpora-manifests/debian-docs.yaml"
END

FILE_AT(gopher_quality, "filters/gopher-quality.yaml")
#embed "../../filters/gopher-quality.yaml"
END

FILE_AT(gopher_repetition, "filters/gopher-repetition.yaml")
#embed "../../filters/gopher-repetition.yaml"
END

FILE_AT(language, "filters/language.yaml")
#embed "../../filters/language.yaml"
END

FILE_AT(quality_model, "filters/quality.model")
#embed "../../filters/quality.model"
END

FILE_AT(source_code, "filters/source-code.yaml")
#embed "../../filters/source-code.yaml"
END

#define ENTRY(path, name) {path, name, sizeof(name) - 1}

static const embedded_file table[] = {
    ENTRY("corpora-manifests/debian-docs.yaml", debian_docs),
    ENTRY("filters/gopher-quality.yaml", gopher_quality),
    ENTRY("filters/gopher-repetition.yaml", gopher_repetition),
    ENTRY("filters/language.yaml", language),
    ENTRY("filters/quality.model", quality_model),
    ENTRY("filters/source-code.yaml", source_code),
};

size_t embedded_files(const embedded_file **files) {
  *files = table;
  return sizeof(table) / sizeof(table[0]);
}
