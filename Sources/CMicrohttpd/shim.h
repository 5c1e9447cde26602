#ifndef STRATUM_PROXY_CMICROHTTPD_SHIM_H
#define STRATUM_PROXY_CMICROHTTPD_SHIM_H
#include <microhttpd.h>

/* libmicrohttpd's start and questions are variadic, which Swift does not import. */

/* A daemon on a socket that listens already, without a thread of its own: whoever watches its epoll descriptor runs it.
   It reports nothing to standard error. */
static inline struct MHD_Daemon *admin_start(
    MHD_socket listener, unsigned int connections, size_t memory, unsigned int idle_seconds, void *data,
    MHD_AccessHandlerCallback access, MHD_RequestCompletedCallback completed, MHD_NotifyConnectionCallback connection) {
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, access, data, MHD_OPTION_LISTEN_SOCKET, listener,
        MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_NOTIFY_COMPLETED, completed, data,
        MHD_OPTION_NOTIFY_CONNECTION, connection, data, MHD_OPTION_END);
}

/* The descriptor that is readable when the daemon has something to do; -1 where there is none. */
static inline int admin_epoll(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

static inline MHD_socket admin_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : MHD_INVALID_SOCKET;
}

static inline void *admin_record(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* MHD_SIZE_UNKNOWN and MHD_CONTENT_READER_END_OF_STREAM are casts, which Swift does not import. */
static inline uint64_t admin_unknown_size(void) { return MHD_SIZE_UNKNOWN; }
static inline ssize_t admin_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }

#endif
