#ifndef STRATUM_PROXY_CLIBUV_SHIM_H
#define STRATUM_PROXY_CLIBUV_SHIM_H
#include <uv.h>

/* accept4(2), which glibc declares for GNU sources only; the same declaration again does no harm. */
#include <sys/socket.h>
extern int accept4(int listener, struct sockaddr *address, socklen_t *length, int flags);
static inline int loop_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/* Whole pages of the heap that are free go back to the system; glibc keeps what lies below its top otherwise. */
#include <malloc.h>
static inline void loop_return_free_memory(void) { malloc_trim(0); }

#endif
