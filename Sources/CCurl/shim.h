#ifndef STRATUM_PROXY_CCURL_SHIM_H
#define STRATUM_PROXY_CCURL_SHIM_H
#include <curl/curl.h>

/* libcurl's setters and getters are variadic, which Swift does not import. One function for each type of value. */
static inline CURLcode http_set_number(CURL *transfer, CURLoption option, long value) {
    return curl_easy_setopt(transfer, option, value);
}
static inline CURLcode http_set_size(CURL *transfer, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(transfer, option, value);
}
/* libcurl copies texts; NULL takes an option's value away. */
static inline CURLcode http_set_text(CURL *transfer, CURLoption option, const char *value) {
    return curl_easy_setopt(transfer, option, value);
}
static inline CURLcode http_set_pointer(CURL *transfer, CURLoption option, void *value) {
    return curl_easy_setopt(transfer, option, value);
}
static inline CURLcode http_set_function(CURL *transfer, CURLoption option, curl_write_callback value) {
    return curl_easy_setopt(transfer, option, value);
}
static inline CURLcode http_get_number(CURL *transfer, CURLINFO info, long *value) {
    return curl_easy_getinfo(transfer, info, value);
}
static inline CURLcode http_get_size(CURL *transfer, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(transfer, info, value);
}
static inline CURLcode http_get_text(CURL *transfer, CURLINFO info, char **value) {
    return curl_easy_getinfo(transfer, info, value);
}
static inline CURLMcode http_multi_set_number(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode http_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode http_multi_set_socket_function(CURLM *multi, curl_socket_callback value) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}
static inline CURLMcode http_multi_set_timer_function(CURLM *multi, curl_multi_timer_callback value) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
}

static inline CURLcode http_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

/* What libcurl has learnt since Ubuntu 22.04's 7.81, with what came before it. */

/* The only protocols that are spoken, and those that a redirect may lead to. */
static inline CURLcode http_allow_protocols(CURL *transfer) {
#if LIBCURL_VERSION_NUM >= 0x075500
    CURLcode code = curl_easy_setopt(transfer, CURLOPT_PROTOCOLS_STR, "http,https");
    return code != CURLE_OK ? code : curl_easy_setopt(transfer, CURLOPT_REDIR_PROTOCOLS_STR, "https");
#else
    CURLcode code = curl_easy_setopt(transfer, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    return code != CURLE_OK ? code : curl_easy_setopt(transfer, CURLOPT_REDIR_PROTOCOLS, (long)CURLPROTO_HTTPS);
#endif
}
/* A transfer that ends while its name is being looked up must not wait for the resolver's thread, which may take as
   long as the name servers let it. */
static inline CURLcode http_leave_resolver_behind(CURL *transfer) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(transfer, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)transfer;
    return CURLE_OK;
#endif
}
/* The directory of certificate authorities that libcurl was built to look into; NULL if there is none. Of libcurl's. */
static inline const char *http_authority_directory(CURL *transfer) {
    char *path = NULL;
#if LIBCURL_VERSION_NUM >= 0x075400
    if (curl_easy_getinfo(transfer, CURLINFO_CAPATH, &path) != CURLE_OK) return NULL;
#else
    (void)transfer;
#endif
    return path;
}

#endif
