#ifndef STRATUM_PROXY_CCURL_SHIM_H
#define STRATUM_PROXY_CCURL_SHIM_H
#include <curl/curl.h>
#endif
