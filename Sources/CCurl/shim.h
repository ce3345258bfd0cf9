#pragma once
// Swift imports no variadic function: one typed wrapper for each kind of option.
#include <curl/curl.h>

static inline CURLcode curl_set_long(CURL *c, CURLoption o, long v) {
  return curl_easy_setopt(c, o, v);
}
static inline CURLcode curl_set_offset(CURL *c, CURLoption o, curl_off_t v) {
  return curl_easy_setopt(c, o, v);
}
static inline CURLcode curl_set_string(CURL *c, CURLoption o, const char *v) {
  return curl_easy_setopt(c, o, v);
}
static inline CURLcode curl_set_headers(CURL *c, struct curl_slist *v) {
  return curl_easy_setopt(c, CURLOPT_HTTPHEADER, v);
}
static inline CURLcode curl_set_write(CURL *c, size_t (*f)(char *, size_t, size_t, void *),
                                      void *u) {
  CURLcode r = curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, f);
  return r ? r : curl_easy_setopt(c, CURLOPT_WRITEDATA, u);
}
static inline CURLcode curl_set_header(CURL *c, size_t (*f)(char *, size_t, size_t, void *),
                                       void *u) {
  CURLcode r = curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, f);
  return r ? r : curl_easy_setopt(c, CURLOPT_HEADERDATA, u);
}
static inline CURLcode curl_set_progress(CURL *c,
                                         int (*f)(void *, curl_off_t, curl_off_t, curl_off_t,
                                                  curl_off_t),
                                         void *u) {
  curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
  CURLcode r = curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, f);
  return r ? r : curl_easy_setopt(c, CURLOPT_XFERINFODATA, u);
}
static inline CURLcode curl_get_response_code(CURL *c, long *v) {
  return curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, v);
}
static inline curl_off_t curl_get_offset(CURL *c, CURLINFO i) {
  curl_off_t v = 0;
  return curl_easy_getinfo(c, i, &v) ? 0 : v;
}
static inline CURLcode curl_start(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
static inline const char *curl_get_string(CURL *c, CURLINFO i) {
  char *v = NULL;
  return curl_easy_getinfo(c, i, &v) ? NULL : v;
}
