#ifndef STRATUM_PROXY_CLIBUV_SHIM_H
#define STRATUM_PROXY_CLIBUV_SHIM_H
#include <uv.h>
#endif
