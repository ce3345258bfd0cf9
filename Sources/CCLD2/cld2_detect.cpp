#include "cld2_detect.h"
#include <cstdio>  // compact_lang_det.h uses FILE without including it

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

extern "C" cld2_result cld2_detect(const void *text, int32_t length) {
  CLD2::Language languages[3];
  int percents[3];
  double scores[3];
  int text_bytes = 0;
  bool reliable = false;
  CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  CLD2::ExtDetectLanguageSummary(static_cast<const char *>(text), length, true, &hints, 0, languages, percents, scores,
                                 nullptr, &text_bytes, &reliable);
  return {CLD2::LanguageCode(languages[0]), static_cast<float>(percents[0]) / 100, reliable,
          text_bytes};
}
