#ifndef STRATUM_PROXY_CLOADGENERATOR_SHIM_H
#define STRATUM_PROXY_CLOADGENERATOR_SHIM_H
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <spawn.h>
#include <sys/epoll.h>

/* Which glibc declares for GNU sources only; the same declaration again does no harm. */
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
#endif
