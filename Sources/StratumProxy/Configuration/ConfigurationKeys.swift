import SplitScheduler

/// The table of all keys of the configuration file, in the order of the documents.
enum ConfigurationKeys {
    /// The keys of the file, from the top.
    static let all: [ConfigurationKey] = general + upstream("p2pool") + upstream("xvb") + rigs + output

    /// The keys of one object in a list of pools, in xmrig's form.
    static let pool: [ConfigurationKey] = [
        key(
            "url", .text, standard: "\"\"",
            "Where the pool is, as `host:port`; without a port p2pool's is 3333 and XvB's 4247. "
                + "`stratum+ssl://host:port` switches TLS on. The only key that a pool must have."),
        key(
            "user", .text, standard: "null",
            "The login name. For p2pool any name without `.`, `+` and `,` (default `stratum-proxy`); for XvB the first "
                + "8 characters of the wallet, which is the default. `${NAME}` stands for an environment variable."),
        key("pass", .secret, standard: "\"x\"", "The password of the login; both pools take any."),
        key("tls", .flag, standard: "false", "Whether the connection is encrypted."),
        key(
            "tls-fingerprint", .text, standard: "null",
            "The SHA-256 of the pool's certificate in hex: only a pool that shows this certificate is talked to. "
                + "The log shows it at the first connection."),
        key("sni", .flag, standard: "true", "Whether the TLS greeting names the host."),
        key(
            "keepalive", .flagOrSeconds(1...3600), standard: "false", unit: "seconds",
            "Whether `keepalived` is sent so that the connection stays open: `true` is every 60 s. Not for p2pool, "
                + "which never answers it."),
        key("enabled", .flag, standard: "true", "Whether this pool is used at all."),
        key(
            "rig-id", .text, standard: "null",
            "Must be null: XvB would credit the work to that name instead of the user, and p2pool ignores it."),
        key("algo", .fixed([.null, .string("rx/0")]), standard: "null", "Must be null or `rx/0`."),
        key("coin", .fixed([.null, .string("monero"), .string("XMR")]), standard: "null", "Must be null or `monero`."),
        key("nicehash", .flag, standard: "false", "Read and ignored: who owns the nonce byte is seen from the jobs."),
        key(
            "socks5", .textOrFalse, standard: "null",
            "A SOCKS5 proxy, as `host:port` or `user:password@host:port`, through which this pool is reached; it "
                + "resolves the pool's name. False: none. Null: that of `socks5` at the top, if the pool is not in your "
                + "own network."),
        key("daemon", .fixed([.bool(false)]), standard: "false", "Must be false: only pools are talked to."),
        key("daemon-poll-interval", .integer(0...86_400_000), standard: "1000", unit: "ms", "Read and ignored."),
        key("daemon-job-timeout", .integer(0...86_400_000), standard: "15000", unit: "ms", "Read and ignored."),
        key("self-select", .fixed([.null]), standard: "null", "Must be null: blocks are built by the pool."),
        key("submit-to-origin", .fixed([.bool(false)]), standard: "false", "Must be false."),
    ]

    /// The key at `path`, or nil.
    static func key(at path: String) -> ConfigurationKey? {
        all.first { $0.path == path }
    }

    private static let general: [ConfigurationKey] = [
        key(
            "bind", .texts, standard: "[\"0.0.0.0:3355\"]",
            "The addresses that rigs connect to, as `host:port` (IPv6 as `[::]:port`). Plain and TLS work on the same "
                + "port."),
        key(
            "wallet", .text, standard: "null",
            "The Monero address that your p2pool mines to (begins with 4). Needed in every mode but `p2pool`, because "
                + "XvB knows you by it. `${NAME}` stands for an environment variable."),
        key(
            "mode", .choice(["default", "hero", "manual", "p2pool"]), standard: "\"default\"",
            "`default`: XvB gets just enough for the highest tier you can reach, p2pool the rest. `hero`: XvB gets all "
                + "that p2pool can spare. `manual`: XvB gets `manual-xvb-seconds` of each window, but nothing while p2pool's "
                + "API tells that no share is in its window. `p2pool`: never XvB."),
        key(
            "tier", .choice(Tier.allCases.filter { $0 != .none }.map(\.key)), standard: "null",
            "In mode `default`: the tier that is held while it can be held, and none otherwise: `donor` (1 kH/s), "
                + "`vip` (10), `whale` (100), `mega` (1000). Null: the highest that can be held."),
        key(
            "manual-xvb-seconds", .number(0...3600), standard: "0", unit: "seconds",
            "In mode `manual`: how much of each window goes to XvB."),
        key(
            "window", .integer(10...3600), standard: "600", unit: "seconds",
            "The planning period: first p2pool, then XvB."),
        key(
            "cycle", .integer(5...3600), standard: "null", unit: "seconds",
            "The least time from one XvB slice to the next, not above `window`; the same as `window` is one slice a "
                + "window. Null: 60 while a tier is held, else `window`."),
        key(
            "min-slice", .integer(1...600), standard: "null", unit: "seconds",
            "No XvB slice is planned shorter than this, because rigs need time to find something; not above `cycle`. "
                + "In mode `manual` it does not count. Null: 5, or a twentieth of `window` if that is less."),
        key(
            "socks5", .text, standard: "null",
            "A SOCKS5 proxy, as `host:port` or `user:password@host:port`, for all pools and http(s) APIs that are not in "
                + "your own network (private addresses, localhost, names without a dot or in .local, .lan, .internal, "
                + ".home.arpa). It resolves their names. Tor's is `127.0.0.1:9050`. Null: none; the environment is never "
                + "asked for one."),
        key(
            "state-directory", .text, standard: "null",
            "Where the proxy keeps its own files, such as its certificate. Default: $STATE_DIRECTORY (set by systemd), "
                + "else $XDG_STATE_HOME/stratum-proxy, else ~/.local/state/stratum-proxy."),
    ]

    /// The keys of an upstream; what differs between the two is here too.
    private static func upstream(_ name: String) -> [ConfigurationKey] {
        let isXvB = name == "xvb"
        let pools =
            isXvB
            ? """
            [{"url": "na.xmrvsbeast.com:4247", "tls": true, "keepalive": true}, \
            {"url": "eu.xmrvsbeast.com:4247", "tls": true, "keepalive": true}]
            """
            : "[{\"url\": \"127.0.0.1:3333\"}]"
        let title = isXvB ? "XvB" : "p2pool"
        var keys: [ConfigurationKey] = [
            key(
                name, .section, standard: "{}",
                isXvB ? "The XvB raffle node." : "Your own p2pool node."),
            key(
                "\(name).pools", .pools, standard: pools,
                "The endpoints of \(title) in order of preference, as xmrig's pool objects; the next one is used while "
                    + "those before it fail."),
            key(
                "\(name).api", .text, standard: isXvB ? "\"https://xmrvsbeast.com\"" : "null", takesNull: true,
                isXvB
                    ? "Where XvB publishes its statistics. Null: never ask."
                    : "The directory that p2pool was given with `--data-api` (it needs `--local-api` too), or an "
                        + "http(s) address of the same files. Without it nothing goes to XvB, but in mode `manual`."),
            key(
                "\(name).api-interval", .integer(1...3600), standard: isXvB ? "60" : "10", unit: "seconds",
                "How often the API of \(title) is read."),
            key(
                "\(name).api-socks5", .textOrFalse, standard: "null",
                "The SOCKS5 proxy for an http(s) `api`. False: none. Null: that of `socks5` at the top, if the address is "
                    + "not in your own network."),
            key(
                "\(name).api-ca", .text, standard: "null",
                "A PEM file of the certificate authorities that may vouch for an https `api`. Null: those of the system."
            ),
            key(
                "\(name).buffer", .number(-100...1000), standard: isXvB ? "0.4" : "25", unit: "percent",
                isXvB
                    ? "How much more is sent on average than holding a tier costs, so that bad luck does not lose it."
                    : "How much more than the hashrate that finds one share a PPLNS window is kept at p2pool."),
        ]
        if !isXvB { keys.append(confidence) }
        keys += [
            key(
                "\(name).external-hashrate", .number(0...1e12), standard: "null", unit: "H/s",
                "Hashrate of yours that mines at \(title) with the same wallet, but not through this proxy. 0: there is "
                    + "none. Null: as much as the figures of \(title) prove."),
            key(
                "\(name).rigs-per-lane", .integer(1...256), standard: "null",
                "`rigs-per-lane` for \(title) alone."),
            key(
                // Four a rig for thirty rigs where XvB's jobs are rare (docs/algorithm.md#how-a-tier-is-held).
                "\(name).max-lanes", .integer(1...4096), standard: isXvB ? "128" : "64",
                "How many connections to \(title) are opened at most. Where it does not suffice for all rigs, those "
                    + "with most hashrate take part."),
        ]
        return keys
    }

    private static let confidence = key(
        "p2pool.confidence", .probability, standard: "null",
        "The probability of having a share in the PPLNS window that is kept at p2pool, such as 0.95. Where it is set "
            + "`p2pool.buffer` does not count. Null: by `p2pool.buffer`.")

    private static let rigs: [ConfigurationKey] = [
        key(
            "access-password", .secret, standard: "null",
            "The password (`pass`) that rigs must log in with. Null: any."),
        key(
            "tls", .sectionOrFalse, standard: "{}",
            "TLS for rigs. `false`: plain only. With neither `cert` nor `key` a self-signed pair is made and kept in "
                + "the state directory."),
        key("tls.cert", .text, standard: "null", "The certificate (chain) in a PEM file."),
        key("tls.key", .text, standard: "null", "Its private key in a PEM file."),
        key(
            "rigs-per-lane", .integer(1...256), standard: "256",
            "How many rigs share one pool connection at most, where the pool leaves the nonce byte to us."),
        key(
            "exclusive", .texts, standard: "[]",
            "Workers that get a pool connection of their own with all of the nonce from the start, because they are "
                + "proxies themselves. An `xmrig-proxy` need not stand here: which mode it is in shows with its shares."
        ),
        key(
            "user-agent", .text, standard: "null",
            "What the proxy calls itself at pools. Default: `stratum-proxy/` and its version."),
    ]

    private static let output: [ConfigurationKey] = [
        key(
            "print-time", .integer(0...3600), standard: "60", unit: "seconds",
            "How often the status block is logged. 0: never."),
        key(
            "log-level", .choice(["error", "warning", "info", "debug"]), standard: "\"info\"",
            "The least important lines that are logged."),
        key(
            "colors", .flag, standard: "true",
            "Whether the log is coloured on a terminal. Elsewhere, and with NO_COLOR set, it never is."),
    ]

    private static func key(
        _ path: String, _ kind: ConfigurationKey.Kind, standard: String, unit: String = "", takesNull: Bool = false,
        _ meaning: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            path: path, kind: kind, standard: standard, unit: unit, meaning: meaning,
            takesNull: takesNull || standard == "null")
    }
}
