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

/* Open descriptors beside bytes (SCM_RIGHTS in unix(7)): the CMSG_* are macros. `name` may be null. */
#include <string.h>
#define LOOP_MOST_DESCRIPTORS 64
static inline ssize_t loop_send_descriptors(
    int socket, const struct sockaddr *name, socklen_t length, const void *bytes, size_t count, const int *descriptors,
    size_t number) {
    union { char room[CMSG_SPACE(sizeof(int) * LOOP_MOST_DESCRIPTORS)]; struct cmsghdr align; } control;
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
    struct msghdr message = {.msg_name = (void *)name, .msg_namelen = length, .msg_iov = &part, .msg_iovlen = 1};
    if (number > LOOP_MOST_DESCRIPTORS) number = LOOP_MOST_DESCRIPTORS;
    if (number > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.room;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * number);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * number);
        memcpy(CMSG_DATA(header), descriptors, sizeof(int) * number);
    }
    return sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}
/* `descriptors` has room for LOOP_MOST_DESCRIPTORS; how many came is in `number`. */
static inline ssize_t loop_receive_descriptors(int socket, void *bytes, size_t count, int *descriptors, size_t *number) {
    union { char room[CMSG_SPACE(sizeof(int) * LOOP_MOST_DESCRIPTORS)]; struct cmsghdr align; } control;
    struct iovec part = {.iov_base = bytes, .iov_len = count};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    *number = 0;
    ssize_t received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (received < 0) return received;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        *number = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(descriptors, CMSG_DATA(header), *number * sizeof(int));
    }
    return received;
}

#endif
