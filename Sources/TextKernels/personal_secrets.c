// Private keys, tokens that name their issuer, and what stands behind "password =" and the like.
#include <string.h>

#include "personal_finder.h"

static bool is_token(uint8_t c) { return is_alnum(c) || c == '_' || c == '-'; }

/// What a string is made of.
typedef struct {
  unsigned letters, digits, others, different;
  unsigned changes;   // between letters and digits
  unsigned together;  // the most lower-case letters in a row
  bool lower, upper;
} string_makeup;

static string_makeup makeup_of(const uint8_t *p, size_t length) {
  string_makeup made = {0};
  uint64_t seen[4] = {0};
  unsigned together = 0;
  int last = 0;
  for (size_t i = 0; i < length; i++) {
    uint8_t c = p[i];
    int kind = is_digit(c) ? 1 : is_letter(c) ? 2 : 0;
    made.digits += kind == 1;
    made.letters += kind == 2;
    made.others += kind == 0;
    together = kind == 2 && !is_upper(c) ? together + 1 : 0;
    made.together = together > made.together ? together : made.together;
    made.upper |= is_upper(c);
    made.lower |= kind == 2 && !is_upper(c);
    if (kind && last && kind != last) made.changes++;
    if (kind) last = kind;
    made.different += !(seen[c >> 6] >> (c & 63) & 1);
    seen[c >> 6] |= 1ull << (c & 63);
  }
  return made;
}

/// Whether a string looks drawn at random: many different letters and digits, mixed.
static bool is_random(const uint8_t *p, size_t length) {
  if (length < 16) return false;
  string_makeup made = makeup_of(p, length);
  return made.digits > 0 && made.letters > 0 && made.different >= 10 &&
         (made.changes >= 3 || (made.changes >= 2 && made.lower && made.upper && made.together < 6));
}

// ---- Private keys -------------------------------------------------------------------------------

static bool has_text(const personal_finder *finder, size_t at, const char *text) {
  size_t length = strlen(text);
  return at + length <= finder->length && !memcmp(finder->text + at, text, length);
}

void personal_private_key(personal_finder *finder, size_t at) {
  if (at < 5 || at < finder->secret_end || !has_text(finder, at - 5, "-----BEGIN ")) return;
  size_t label = at + 6, end = label;
  while (end < label + 40 && (is_upper(byte_at(finder, end)) || is_digit(byte_at(finder, end)) ||
                              byte_at(finder, end) == ' '))
    end++;
  bool is_private = (end >= label + 11 && has_text(finder, end - 11, "PRIVATE KEY")) ||
                    (end >= label + 17 && has_text(finder, end - 17, "PRIVATE KEY BLOCK"));
  if (!is_private || !has_text(finder, end, "-----")) return;
  // To the line that closes it; else as far as encoded bytes go.
  const size_t longest = 1 << 15;
  size_t body = end + 5, limit = finder->length - body > longest ? body + longest : finder->length;
  size_t stop = 0;
  for (size_t i = body; i < limit; i++) {
    const uint8_t *dash = memchr(finder->text + i, '-', limit - i);
    if (!dash) break;
    i = (size_t)(dash - finder->text);
    if (has_text(finder, i, "-----BEGIN")) break;
    if (!has_text(finder, i, "-----END ")) continue;
    size_t close = i + 9;
    while (close < i + 60 && byte_at(finder, close) && byte_at(finder, close) != '-') close++;
    stop = has_text(finder, close, "-----") ? close + 5 : 0;
    break;
  }
  if (!stop) {
    for (stop = body; stop < limit; stop++) {
      uint8_t c = finder->text[stop];
      if (!is_alnum(c) && !(c && strchr("+/=\r\n\\", c))) break;
    }
    if (stop < body + 40) return;
  }
  finder->secret_end = stop;
  personal_add(finder, at - 5, stop, PERSONAL_SECRET);
}

// ---- Tokens -------------------------------------------------------------------------------------

/// How the rest of a token is written.
typedef enum { LETTERS_DIGITS, UPPER_DIGITS, LOWER_HEX, WITH_MARKS } token_bytes;

typedef struct {
  const char *prefix;
  size_t shortest, longest;  // of what follows
  token_bytes bytes;
} token_form;

static const token_form token_forms[] = {
    {"AKIA", 16, 16, UPPER_DIGITS},       {"ASIA", 16, 16, UPPER_DIGITS},
    {"ABIA", 16, 16, UPPER_DIGITS},       {"AIza", 35, 35, WITH_MARKS},
    {"GOCSPX-", 24, 32, WITH_MARKS},      {"ghp_", 36, 255, LETTERS_DIGITS},
    {"gho_", 36, 255, LETTERS_DIGITS},    {"ghu_", 36, 255, LETTERS_DIGITS},
    {"ghs_", 36, 255, LETTERS_DIGITS},    {"ghr_", 36, 255, LETTERS_DIGITS},
    {"github_pat_", 40, 255, WITH_MARKS}, {"glpat-", 20, 64, WITH_MARKS},
    {"hf_", 30, 64, LETTERS_DIGITS},      {"npm_", 36, 36, LETTERS_DIGITS},
    {"pypi-AgE", 40, 255, WITH_MARKS},    {"xoxb-", 20, 255, WITH_MARKS},
    {"xoxp-", 20, 255, WITH_MARKS},       {"xoxa-", 20, 255, WITH_MARKS},
    {"xoxr-", 20, 255, WITH_MARKS},       {"xoxs-", 20, 255, WITH_MARKS},
    {"xapp-", 20, 255, WITH_MARKS},       {"sk_live_", 16, 255, LETTERS_DIGITS},
    {"rk_live_", 16, 255, LETTERS_DIGITS}, {"sk_test_", 16, 255, LETTERS_DIGITS},
    {"whsec_", 24, 128, LETTERS_DIGITS},  {"sk-", 20, 255, WITH_MARKS},
    {"shpat_", 32, 32, LOWER_HEX},        {"shpss_", 32, 32, LOWER_HEX},
    {"dop_v1_", 64, 64, LOWER_HEX},       {"dckr_pat_", 20, 64, WITH_MARKS},
    {"glsa_", 32, 64, WITH_MARKS},        {"sq0atp-", 22, 64, WITH_MARKS},
    {"sq0csp-", 40, 64, WITH_MARKS},      {"xkeysib-", 64, 128, WITH_MARKS},
    {"NRAK-", 20, 40, UPPER_DIGITS},      {"AGE-SECRET-KEY-1", 58, 58, UPPER_DIGITS},
    {"EAACEdEose0cBA", 20, 255, LETTERS_DIGITS},
};

static bool is_written(uint8_t c, token_bytes bytes) {
  switch (bytes) {
    case LETTERS_DIGITS: return is_alnum(c);
    case UPPER_DIGITS: return is_upper(c) || is_digit(c);
    case LOWER_HEX: return is_hex(c) && !is_upper(c);
    case WITH_MARKS: return is_token(c);
  }
  return false;
}

/// The longest part between "-" and "_".
static size_t longest_part(const uint8_t *p, size_t length) {
  size_t longest = 0, part = 0;
  for (size_t i = 0; i < length; i++) {
    part = is_alnum(p[i]) ? part + 1 : 0;
    longest = part > longest ? part : longest;
  }
  return longest;
}

static bool is_known_token(const uint8_t *p, size_t length) {
  for (size_t i = 0; i < sizeof token_forms / sizeof *token_forms; i++) {
    const token_form *form = token_forms + i;
    if (p[0] != (uint8_t)form->prefix[0]) continue;
    size_t prefix = strlen(form->prefix);
    if (length < prefix + form->shortest || length > prefix + form->longest) continue;
    if (memcmp(p, form->prefix, prefix)) continue;
    size_t at = prefix;
    while (at < length && is_written(p[at], form->bytes)) at++;
    if (at < length) continue;
    // Words joined by hyphens may start in the same way.
    string_makeup made = makeup_of(p + prefix, length - prefix);
    if (made.different >= 6 && made.letters && made.digits &&
        longest_part(p + prefix, length - prefix) >= 10)
      return true;
  }
  return false;
}

void personal_token(personal_finder *finder, size_t at) {
  const uint8_t *text = finder->text;
  size_t end = at;
  while (is_token(byte_at(finder, end))) end++;
  while (at < end && !is_alnum(text[at])) at++;
  size_t length = end - at;
  if (length < 20 || at < finder->secret_end) return;
  uint8_t before = byte_before(finder, at);
  bool found = length <= 300 && is_known_token(text + at, length);
  size_t start = at;
  if (!found && before == '.' && length <= 300) {
    // The names of these end with a dot.
    if (at >= 5 && !memcmp(text + at - 5, "ya29.", 5)) start = at - 5, found = true;
    if (at >= 3 && !memcmp(text + at - 3, "SG.", 3) && byte_at(finder, end) == '.') {
      start = at - 3, found = true;
      for (end++; is_token(byte_at(finder, end));) end++;
    }
  }
  // A bot's number and its key.
  if (!found && before == ':' && length == 35 && is_random(text + at, length)) {
    while (start > 1 && at - start < 12 && is_digit(text[start - 2])) start--;
    start--;
    found = at - start >= 9;
  }
  // A signed web token: three parts, the first two of them JSON.
  if (!found && !memcmp(text + at, "eyJ", 3) && byte_at(finder, end) == '.' &&
      has_text(finder, end + 1, "eyJ")) {
    for (int part = 0; part < 2 && byte_at(finder, end) == '.'; part++) {
      for (end++; is_token(byte_at(finder, end));) end++;
    }
    found = true;
  }
  if (!found) return;
  finder->secret_end = end;
  personal_add(finder, start, end, PERSONAL_SECRET);
}

// ---- Assignments --------------------------------------------------------------------------------

typedef enum { NO_SECRET, PASSWORD, KEY } secret_name;

/// The kind of name that ends before `end`.
static secret_name name_before(const personal_finder *finder, size_t end) {
  uint8_t last = byte_before(finder, end) | 0x20;
  if (!strchr("dntye", last)) return NO_SECRET;
  // Without "_", "-" and spaces, from its end on.
  char name[24];
  size_t length = 0;
  for (size_t i = end; i > 0 && end - i < 32 && length < sizeof name; i--) {
    uint8_t c = finder->text[i - 1];
    if (is_letter(c)) name[length++] = (char)(c | 0x20);
    else if (c != '_' && c != '-') break;
  }
  static const struct {
    const char *reversed;
    secret_name kind;
    bool whole;
  } names[] = {
      {"drowssap", PASSWORD, false}, {"dwssap", PASSWORD, false}, {"dwp", PASSWORD, true},
      {"esarhpssap", PASSWORD, false}, {"terces", KEY, false}, {"nekot", KEY, false},
      {"yekipa", KEY, false}, {"yekssecca", KEY, false}, {"yekterces", KEY, false},
      {"yeketavirp", KEY, false}, {"yekhtua", KEY, false}, {"yektnuocca", KEY, false},
      {"yekgningis", KEY, false}, {"yeknoitpyrcne", KEY, false}, {"yekderahs", KEY, false},
      {"yekretsam", KEY, false}, {"noitazirohtua", KEY, true},
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    size_t wanted = strlen(names[i].reversed);
    if (length < wanted || memcmp(name, names[i].reversed, wanted)) continue;
    if (!names[i].whole || length == wanted) return names[i].kind;
  }
  return NO_SECRET;
}

/// Values that stand for others in documentation and templates.
static bool is_placeholder(const uint8_t *p, size_t length) {
  static const char *const marks[] = {"example", "placeholder", "your", "xxxx", "****", "....",
                                      "changeme", "dummy", "${", "{{", "}}", "%(", "process.env",
                                      "getenv", "environ", "<", ">", "redacted", "(", "://"};
  for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
    size_t wanted = strlen(marks[m]);
    for (size_t i = 0; i + wanted <= length; i++) {
      size_t same = 0;
      while (same < wanted && (is_letter(p[i + same]) ? p[i + same] | 0x20 : p[i + same]) ==
                                  (uint8_t)marks[m][same])
        same++;
      if (same == wanted) return true;
    }
  }
  return false;
}

/// Whether a value may be a password: no word of the language alone, no name, no path.
static bool is_password(const uint8_t *p, size_t length, bool quoted) {
  if (length < (quoted ? 6u : 8u) || length > 128 || is_placeholder(p, length)) return false;
  if (strchr("$%{*/.[", p[0])) return false;
  string_makeup made = makeup_of(p, length);
  unsigned marks = 0, joints = 0;
  for (size_t i = 0; i < length; i++) {
    if (p[i] == '_' || p[i] == '-' || p[i] == '.' || p[i] == '/') joints++;
    else if (!is_alnum(p[i])) marks++;
    if (is_space(p[i])) return false;
  }
  if (made.letters == 0 || made.different < 5) return false;
  return (made.digits > 0 && (joints == 0 || made.changes > 1)) || (marks > 0 && made.upper);
}

static bool is_key(const uint8_t *p, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (!is_token(p[i]) && !(p[i] && strchr("+/=.~", p[i]))) return false;
  }
  return length <= 512 && is_random(p, length) && !is_placeholder(p, length);
}

void personal_assignment(personal_finder *finder, size_t at) {
  const uint8_t *text = finder->text;
  uint8_t sign = text[at], next = byte_at(finder, at + 1);
  size_t name_end = at, value = at + 1;
  if (at == 0 || strchr("=!<>", text[at - 1]) || (sign == '=' && next == '=')) return;
  if (sign == ':' && next == ':') return;
  if (sign == '=' && text[at - 1] == ':') name_end--;  // ":="
  if (next == '=' || (sign == '=' && next == '>')) value++;
  for (int i = 0; i < 2 && name_end && text[name_end - 1] == ' '; i++) name_end--;
  if (name_end && strchr("\"'`]", text[name_end - 1])) name_end--;
  if (name_end && strchr("\"'", text[name_end - 1])) name_end--;
  secret_name name = name_before(finder, name_end);
  if (name == NO_SECRET || at < finder->value_end) return;

  for (int i = 0; i < 4 && byte_at(finder, value) == ' '; i++) value++;
  uint8_t quote = byte_at(finder, value);
  if (quote == '"' || quote == '\'' || quote == '`') value++;
  else quote = 0;
  if (has_text(finder, value, "Bearer ")) value += 7;
  else if (has_text(finder, value, "Basic ")) value += 6;
  size_t end = value, limit = value + 600;
  while (end < limit && end < finder->length) {
    uint8_t c = text[end];
    if (quote ? c == quote || c == '\n' : is_space(c) || strchr("\"'`,;&<>)", c)) break;
    end++;
  }
  // What is inside this value is looked at no more, whatever it is.
  finder->value_end = end;
  if (end == limit || (quote && byte_at(finder, end) != quote) || value < finder->secret_end)
    return;
  if (!quote && end > value && strchr(".:!?", text[end - 1])) end--;
  size_t length = end - value;
  if (length == 0) return;
  bool found = name == PASSWORD ? is_password(text + value, length, quote != 0)
                                : is_key(text + value, length);
  if (!found) return;
  finder->secret_end = end;
  personal_add(finder, value, end, PERSONAL_SECRET);
}
