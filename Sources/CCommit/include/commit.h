/// The commit that the program was built from, as scripts/build names it; empty in a developer's build.
const char *stratum_proxy_commit(void);
