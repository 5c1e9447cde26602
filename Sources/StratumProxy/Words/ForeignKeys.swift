/// Keys that people bring along from xmrig and xmrig-proxy, and what to say about them.
enum ForeignKeys {
    /// What helps somebody who wrote `name` at the top of the file, or nil where it is not one of those keys.
    static func hint(for name: String) -> String? {
        switch name {
        case "pools":
            "pools belong in \"p2pool\": {\"pools\": [...]} and \"xvb\": {\"pools\": [...]}"
        case "http", "api":
            "there is no HTTP API in this version; leave it out"
        case "user", "url", "pass":
            "this belongs in a pool: \"p2pool\": {\"pools\": [{\"url\": ...}]}"
        case "access-log-file", "log-file", "syslog":
            "the log goes to standard output; leave it out, and let systemd or your shell keep it"
        case "workers":
            "workers are always named by the user they log in with; leave it out"
        case "custom-diff", "custom-diff-stats":
            "each rig's difficulty is found automatically, and a rig that logs in as `name+10000` gets that; leave it out"
        case "donate-level", "donate-over-proxy":
            "there is no donation here; leave it out"
        case "retries", "retry-pause", "reuse-timeout", "algo-ext", "autosave", "background", "dns", "debug", "dry-run",
            "title", "watch", "cpu", "opencl", "cuda", "randomx", "pause-on-battery", "pause-on-active",
            "health-print-time", "dmi":
            "a key of xmrig that this proxy doesn't use; leave it out"
        default: nil
        }
    }
}
