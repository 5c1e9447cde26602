#include "commit.h"

// The only C of ours: Swift's own settings can't carry a text into the program.
const char *stratum_proxy_commit(void) { return STRATUM_PROXY_COMMIT; }
