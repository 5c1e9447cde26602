import ProxyCore
import SplitScheduler

/// The table of all keys of the configuration file, in the order of the documents.
///
/// A key whose value is taken as it stands is one line here and its property in `Settings` (or `UpstreamSettings`).
enum ConfigurationKeys {
    /// Keys that belong together.
    struct Group: Sendable {
        let title: String
        let keys: [ConfigurationKey]
    }

    /// The keys of the file by group.
    static let groups: [Group] = [
        Group(title: "What for", keys: split),
        Group(title: "Your p2pool node", keys: p2pool),
        Group(title: "The XvB raffle (https://xmrvsbeast.com/p2pool/rules.html)", keys: xvb),
        Group(title: "Your rigs", keys: rigs),
        Group(title: "Who looks at it", keys: http),
        Group(title: "Who is told", keys: notify),
        Group(title: "The proxy", keys: proxy),
    ]

    /// The keys of the file, from the top.
    static let all: [ConfigurationKey] = groups.flatMap(\.keys)

    private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

    /// The key at `path`, or nil.
    static func key(at path: String) -> ConfigurationKey? {
        byPath[path]
    }

    private static let split: [ConfigurationKey] = [
        .init(
            "wallet", .text, "null",
            "The Monero address that your p2pool mines to (begins with 4). Needed in every mode but `\"p2pool\"`, because "
                + "XvB knows you by it. `${NAME}` stands for an environment variable, here and in every user, pass and "
                + "password."),
        .init(
            "mode", .choice(SplitMode.allCases.map(\.key)), "\"default\"", reload: .atOnce, example: "\"p2pool\"",
            to: SettingsField(\.mode),
            "`\"default\"`: XvB gets just enough for the highest tier you can hold, p2pool the rest. `\"hero\"`: XvB gets "
                + "all that p2pool can spare; beyond a tier that buys no better odds. `\"manual\"`: XvB gets "
                + "`manual-xvb-seconds` of each window, however much p2pool needs, but nothing while p2pool's `api` tells "
                + "that no share of yours is in its window. `\"p2pool\"`: never XvB. A proxy that was started in mode "
                + "`\"p2pool\"` needs a restart for another one."),
        .init(
            "tier", .choice(Tier.all().map(\.key)), "null", reload: .atOnce,
            to: SettingsField(\.tier),
            "In mode `\"default\"`: the highest tier that is wanted, `\"donor\"` (1 kH/s), `\"vip\"` (10), `\"whale\"` (100) "
                + "or `\"mega\"` (1000). While it would cost more than `max-tier-price`, the next lower one is held that "
                + "does not. Null: whichever is worth its price."),
        .init(
            "max-tier-price", .number(SplitSettings.tierPrices), "1.25", reload: .atOnce,
            to: SettingsField(\.mostTierPrice),
            "In mode `\"default\"`: what a tier may cost. The price is the work sent to XvB over the tier's own work in the "
                + "hours in which it is held: 1.25 if it is held in four of five hours that you pay for, 2 if in every "
                + "second one. Set it higher to hold a tier although rigs stop for hours or p2pool's luck ends it often."
        ),
        .init(
            "manual-xvb-seconds", .number(0...3600), "0", unit: "seconds", reload: .atOnce,
            to: SettingsField(\.manualXvBSeconds),
            "In mode `\"manual\"`: how much of each window goes to XvB; not above `window`."),
        .init(
            "window", .integer(10...3600), "600", unit: "seconds", to: SettingsField(\.windowSeconds),
            "The planning period: first p2pool, then XvB."),
        .init(
            "cycle", .integer(5...3600), "null", unit: "seconds", reload: .atOnce, to: SettingsField(\.cycleSeconds),
            "The least time from one XvB slice to the next, not above `window`; the same as `window` is one slice a "
                + "window. Short ones hold a tier with less work. Null: 60 while a tier is held, else `window`."),
        .init(
            "min-slice", .integer(1...600), "null", unit: "seconds", reload: .atOnce,
            to: SettingsField(\.minSliceSeconds),
            "No XvB slice is planned shorter than this, because rigs need time to find something; not above `cycle`. "
                + "In mode `\"manual\"` it does not count. Null: 5, or a twentieth of `window` if that is less."),
    ]

    private static let rigs: [ConfigurationKey] = [
        .init(
            "bind", .texts, "[\"0.0.0.0:3355\"]",
            "Where rigs connect, as `address:port` (IPv6 as `[::]:3355`). Plain and TLS work on the same port."),
        .init(
            "access-password", .secret, "null", reload: .atOnce, to: SettingsField(copying: \.accessPassword),
            "The password (`pass`) that rigs must log in with. Null: any."),
        .init(
            "tls", .sectionOrFalse, "{}", reload: .atOnce, to: SettingsField(copying: \.tls),
            "TLS for rigs. False: plain only. With neither `cert` nor `key` a self-signed certificate is made and kept in "
                + "the state directory. `reload` reads the files again, for rigs that connect from then on."),
        .init(
            "tls.cert", .text, "null", reload: .atOnce, to: SettingsField(copying: \.tls),
            "The certificate (chain) in a PEM file."),
        .init(
            "tls.key", .text, "null", reload: .atOnce, to: SettingsField(copying: \.tls),
            "Its private key in a PEM file."),
        .init(
            "rigs-per-lane", .integer(1...256), "256",
            "How many rigs share one pool connection at most, where the pool leaves the nonce byte to us."),
        .init(
            "exclusive", .texts, "[]", to: SettingsField(\.exclusiveWorkers),
            "Workers that get a pool connection of their own with all of the nonce from the start, because they are "
                + "proxies themselves. An xmrig-proxy need not stand here: which mode it is in shows with its shares."),
        .init(
            "limits", .section, "{}",
            "What one address may take: an IPv4 address, or the /64 of an IPv6 one. A refusal's log line names the key. A farm "
                + "behind one address (NAT, Docker, Tor) needs `rigs-per-address` only: the others follow from it."),
        .init(
            "limits.rigs-per-address", .integer(1...65_000), "256", unit: "connections", reload: .atOnce,
            to: SettingsField(\.limits.rigsPerAddress),
            "Connections from one address at a time. As many may come at once after a quiet time."),
        .init(
            "limits.connections-per-second", .number(0.1...1e6), "null", unit: "connections a second", reload: .atOnce,
            to: SettingsField(\.limits.connectionsPerSecond),
            "New connections from one address on average. Null: as many as `rigs-per-address`."),
        .init(
            "limits.logins-per-second", .number(0.1...1e6), "null", unit: "logins a second", reload: .atOnce,
            to: SettingsField(\.limits.loginsPerSecond),
            "Logins from one address on average. Null: a tenth of `rigs-per-address`."),
        .init(
            "limits.rigs-without-share", .integer(1...65_000), "null", unit: "rigs", reload: .atOnce,
            to: SettingsField(\.limits.rigsWithoutShare),
            "Rigs of one address that may stay logged in without a share in ten minutes; the oldest over the number is closed. "
                + "Null: a quarter of `rigs-per-address`."),
        .init(
            "verify-shares", .choice(VerifyShares.allCases.map(\.rawValue)), "\"suspects\"", reload: .atOnce,
            to: SettingsField(\.verifyShares),
            "Whose shares are proven with RandomX, so that a rig that lies or computes wrong harms no other. `\"suspects\"`: "
                + "a new rig's first ones, ever fewer later, and each of a rig that was caught. `\"sample\"`: one in about "
                + "64 of every rig's, too. `\"off\"`: nobody's. It takes 256 MiB while it is needed, and half a "
                + "processor core at most."),
    ]

    private static let proxy: [ConfigurationKey] = [
        .init(
            "socks5", .text, "null",
            "A SOCKS5 proxy for all pools and http(s) addresses that are not in your own network: `host:port`, or "
                + "`user:password@host:port` (Tor keeps what has different names apart). It resolves the names, so nobody "
                + "here is asked for them, and reaches .onion addresses where it is Tor (`127.0.0.1:9050`). Your own "
                + "network is private addresses, localhost, and names without a dot or in .local, .lan, .internal and "
                + ".home.arpa. A pool's own `socks5` and `api-socks5` go before it. Null: none; the environment is never "
                + "asked for one."),
        .init(
            "user-agent", .text, "null",
            "What the proxy calls itself at pools. Null: `stratum-proxy/` and its version."),
        .init(
            "state-directory", .text, "null",
            "Where the proxy keeps its own files, such as its certificate. Null: $STATE_DIRECTORY (set by systemd), else "
                + "$XDG_STATE_HOME/stratum-proxy, else ~/.local/state/stratum-proxy."),
        .init(
            "print-time", .integer(0...3600), "600", unit: "seconds", reload: .atOnce,
            to: SettingsField(\.printTimeSeconds),
            "How often the status block is logged; the first one comes after a minute. 0: never."),
        .init(
            "verbose", .flag, "false", reload: .atOnce, to: SettingsField(\.verbose),
            "Whether each accepted share, each job and each switch has a line of its own, as in xmrig-proxy; `-v` is the same. "
                + "False: shares stand in the status block, of each window's slices the first one is told."),
        .init(
            "log-level", .choice(["error", "warning", "info", "debug"]), "\"info\"", reload: .atOnce,
            to: SettingsField(\.logLevel),
            "The least important lines that are logged."),
        .init(
            "colors", .flag, "true", to: SettingsField(\.colors),
            "Whether the log is coloured on a terminal. Elsewhere, and with NO_COLOR set, it never is."),
    ]
}
