#ifndef STRATUM_PROXY_CRANDOMX_SHIM_H
#define STRATUM_PROXY_CRANDOMX_SHIM_H
#include <randomx.h>

/* Whether this process may make memory executable: not under systemd's MemoryDenyWriteExecute. The library's JIT throws where it may not. */
#include <sys/mman.h>
static inline int randomx_may_execute_memory(void) {
    const size_t page = 4096;
    void *memory = mmap(0, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return 0;
    int result = mprotect(memory, page, PROT_READ | PROT_EXEC) == 0;
    munmap(memory, page);
    return result;
}

/* Processor time of the calling thread, seconds. */
#include <time.h>
static inline double randomx_thread_seconds(void) {
    struct timespec time;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) return 0;
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

#endif
