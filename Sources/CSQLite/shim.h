#ifndef STRATUM_PROXY_CSQLITE_SHIM_H
#define STRATUM_PROXY_CSQLITE_SHIM_H
#include <sqlite3.h>

/* SQLite copies the text before it returns: SQLITE_TRANSIENT is a cast that Swift does not import. */
static inline int store_bind_text(sqlite3_stmt *statement, int index, const char *text, int count) {
    return sqlite3_bind_text(statement, index, text, count, SQLITE_TRANSIENT);
}

#endif
