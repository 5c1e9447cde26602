#ifndef STRATUM_PROXY_ADMIN_PAGE_H
#define STRATUM_PROXY_ADMIN_PAGE_H
#include <stddef.h>

/* A file of Sources/AdminHTTP/Page, as it was when the program was built. */
struct admin_page_file {
    const char *name;
    const unsigned char *bytes;
    size_t count;
};

/* The file at `index`, counted from 0; its name is NULL behind the last one. */
const struct admin_page_file *admin_page_file(int index);

#endif
