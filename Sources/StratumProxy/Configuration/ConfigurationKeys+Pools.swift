import ProxyTerms
import Upstreams

extension ConfigurationKeys {
    /// The keys of one object in a list of pools, in xmrig's form.
    static let pool: [ConfigurationKey] = [
        .init(
            "url", .text, "\"\"",
            "Where the pool is, as `host:port`; without a port p2pool's is \(PoolProfile.p2pool.port) and XvB's "
                + "\(PoolProfile.xvb.port). `stratum+ssl://host:port` switches TLS on. The only key that a pool must have."
        ),
        .init(
            "user", .text, "null",
            "The login name. For p2pool any name without `.`, `+` and `,` (the difficulty is added by the proxy; default "
                + "`stratum-proxy`); for XvB the first 8 characters of the wallet, which is the default. `${NAME}` stands "
                + "for an environment variable."),
        .init("pass", .secret, "\"x\"", "The password of the login; both pools take any."),
        .init("tls", .flag, "false", "Whether the connection is encrypted (p2pool takes both on one port)."),
        .init(
            "tls-fingerprint", .text, "null",
            "The SHA-256 of the pool's certificate in hex: only a pool that shows this certificate is talked to. "
                + "The log shows it at the first connection."),
        .init(
            "tls-verify", .choice(CertificatePolicy.words), "null",
            "Which certificates of the pool are taken. `pin`: the one that `tls-fingerprint` names. `ca`: those that an "
                + "authority of this system vouches for, for the name in `url`. `first-use`: the first one, which is "
                + "remembered, and from then on that one; another one if an authority vouches for it, or after "
                + "`stratum-proxy trust`. `none`: any. Null: `pin` where there is a `tls-fingerprint`, else `first-use` "
                + "for XvB and `none` for p2pool, which makes a new certificate at each start. With `ca` and `first-use` "
                + "keys and signatures that can be broken (RSA below 2048 bits, curves below 256, SHA-1, MD5) and "
                + "certificates out of date are refused."),
        .init("sni", .flag, "true", "Whether the TLS greeting names the host."),
        .init(
            "keepalive", .flagOrSeconds(1...3600), "false", unit: "seconds",
            "Whether `keepalived` is sent so that the connection stays open: `true` is every 60 s. Not for p2pool, "
                + "which never answers it."),
        .init("enabled", .flag, "true", "Whether this pool is used at all."),
        .init(
            "rig-id", .text, "null",
            "Must be null: XvB would credit the work to that name instead of the user, and p2pool ignores it."),
        .init("algo", .fixed([.null, .string("rx/0")]), "null", "Must be null or `rx/0`."),
        .init("coin", .fixed([.null, .string("monero"), .string("XMR")]), "null", "Must be null or `monero`."),
        .init("nicehash", .flag, "false", "Read and ignored: who owns the nonce byte is seen from the jobs."),
        .init(
            "socks5", .textOrFalse, "null",
            "A SOCKS5 proxy, as `host:port` or `user:password@host:port`, through which this pool is reached; it "
                + "resolves the pool's name. False: none. Null: that of `socks5` at the top, if the pool is not in your "
                + "own network."),
        .init("daemon", .fixed([.bool(false)]), "false", "Must be false: only pools are talked to."),
        .init("daemon-poll-interval", .integer(0...86_400_000), "1000", unit: "ms", "Read and ignored."),
        .init("daemon-job-timeout", .integer(0...86_400_000), "15000", unit: "ms", "Read and ignored."),
        .init("self-select", .fixed([.null]), "null", "Must be null: blocks are built by the pool."),
        .init("submit-to-origin", .fixed([.bool(false)]), "false", "Must be false."),
    ]
}
