#ifndef STRATUM_PROXY_CLOADGENERATOR_SHIM_H
#define STRATUM_PROXY_CLOADGENERATOR_SHIM_H
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <spawn.h>
#include <sys/epoll.h>

/* Which glibc declares for GNU sources only; the same declaration again does no harm. */
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Sets a soft limit of another process; all ones: as high as it may be. glibc shows prlimit to those who define _GNU_SOURCE only.
static inline void bench_limit(int process, int resource, unsigned long long value) {
    struct { unsigned long long soft, hard; } limits;
    if (syscall(SYS_prlimit64, process, resource, (void *)0, &limits) != 0) return;
    limits.soft = value == ~0ULL ? limits.hard : value;
    syscall(SYS_prlimit64, process, resource, &limits, (void *)0);
}
static const int bench_file_size = RLIMIT_FSIZE;
static const int bench_descriptors = RLIMIT_NOFILE;

#endif
