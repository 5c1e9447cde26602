import ProxyTerms

extension ConfigurationKeys {
    static let p2pool: [ConfigurationKey] = [
        .init("p2pool", .section, "{}", "Your own p2pool node."),
        .init(
            "p2pool.pools", .pools, "[{\"url\": \"127.0.0.1:\(PoolProfile.p2pool.port)\"}]", reload: .atOnce,
            example: """
                [
                  { "url": "127.0.0.1:3333", "user": "stratum-proxy", "pass": "x", "tls": false, "keepalive": false }
                ]
                """, to: SettingsField(copying: \.upstreams.p2pool.endpoints),
            "Where its Stratum port is, as xmrig's pool objects; several in order of preference, the next one is used while "
                + "those before it fail."),
        .init(
            "p2pool.api", .text, "null",
            "The directory that p2pool was given with `--data-api` (it needs `--local-api` too), or an http(s) address of "
                + "the same files. Without it nothing goes to XvB, but in mode `\"manual\"`. For example "
                + "`\"/var/lib/p2pool/api\"`."),
        interval("p2pool", standard: 10, SettingsField(\.upstreams.p2pool.apiIntervalSeconds)),
        socks5("p2pool"), authority("p2pool"),
        .init(
            "p2pool.buffer", .number(-100...1000), "25", unit: "percent", reload: .atOnce,
            to: SettingsField(\.upstreams.p2pool.bufferPercent),
            "How much more than the hashrate that finds one share a PPLNS window is kept at p2pool. At 0 there is no share "
                + "in the window 37 % of the time, at 25: 29 %, at 100: 14 %, at 200: 5 %."),
        .init(
            "p2pool.confidence", .probability, "null", reload: .atOnce, to: SettingsField(\.p2poolConfidence),
            "The probability of having a share in the PPLNS window that is kept at p2pool; 0.95 is the same as a buffer of "
                + "200. Where it is set `buffer` does not count. Null: by `buffer`."),
        external("p2pool", SettingsField(\.upstreams.p2pool.externalHashrate)), ownRigsPerLane("p2pool"),
        .init(
            "p2pool.max-lanes", .integer(1...4096), "\(PoolProfile.p2pool.maxLanes)",
            to: SettingsField(\.upstreams.p2pool.maxLanes),
            "How many connections to p2pool are opened at most. Where it does not suffice for all rigs, those with most "
                + "hashrate take part."),
    ]

    static let xvb: [ConfigurationKey] = [
        .init("xvb", .section, "{}", "The XvB raffle node."),
        .init(
            "xvb.pools", .pools,
            """
            [{"url": "na.xmrvsbeast.com:4247", "tls": true, "keepalive": true}, \
            {"url": "eu.xmrvsbeast.com:4247", "tls": true, "keepalive": true}]
            """, reload: .atOnce,
            example: """
                [
                  { "url": "na.xmrvsbeast.com:4247", "tls": true, "tls-fingerprint": null, "keepalive": true },
                  { "url": "eu.xmrvsbeast.com:4247", "tls": true, "tls-fingerprint": null, "keepalive": true }
                ]
                """, to: SettingsField(copying: \.upstreams.xvb.endpoints, and: \.upstreams.xvb.prefersNearest),
            "Its nodes, as xmrig's pool objects, in order of preference (see `xvb.nearest`); the next one is used while those before it fail. "
                + "The user is the first 8 characters of the wallet, so it need not be written, and never a rig-id: XvB "
                + "would credit the work to that name."),
        .init(
            "xvb.nearest", .flag, "null", reload: .atOnce, to: SettingsField(copying: \.upstreams.xvb.prefersNearest),
            "Whether the nearest of `xvb.pools` is used first, by the time that a connection takes, and not the first of the "
                + "list. It is measured every four hours or so; another node is taken when it is a fifth nearer for long, "
                + "and never in a slice. Null: true where all nodes are of XvB's regions (`*.xmrvsbeast.com`)."),
        .init(
            "xvb.api", .text, "\"https://xmrvsbeast.com\"", takesNull: true,
            "Where XvB publishes what it has credited. Null: never ask."),
        interval("xvb", standard: 60, SettingsField(\.upstreams.xvb.apiIntervalSeconds)),
        socks5("xvb"), authority("xvb"),
        .init(
            "xvb.buffer", .number(-100...1000), "0.4", unit: "percent", reload: .atOnce,
            to: SettingsField(\.upstreams.xvb.bufferPercent),
            "How much more is sent on average than holding a tier costs, so that bad luck does not lose it."),
        external("xvb", SettingsField(\.upstreams.xvb.externalHashrate)), ownRigsPerLane("xvb"),
        .init(
            // Four a rig for thirty rigs where XvB's jobs are rare (docs/algorithm.md, "Slices need work").
            "xvb.max-lanes", .integer(1...4096), "\(PoolProfile.xvb.maxLanes)",
            to: SettingsField(\.upstreams.xvb.maxLanes),
            "How many connections to XvB are opened at most. Where the node keeps the nonce byte for itself there is one "
                + "rig a connection, so at most this many rigs take part: those with most hashrate. Where its jobs are rarer "
                + "than slices each rig has up to four connections, so that it finds work in each slice."),
    ]

    private static func name(_ section: String) -> String { section == "xvb" ? "XvB" : section }

    private static func interval(_ section: String, standard: Int, _ field: SettingsField) -> ConfigurationKey {
        .init(
            "\(section).api-interval", .integer(1...3600), "\(standard)", unit: "seconds", to: field,
            "How often the API of \(name(section)) is read.")
    }

    private static func socks5(_ section: String) -> ConfigurationKey {
        .init(
            "\(section).api-socks5", .textOrFalse, "null",
            "The SOCKS5 proxy for an http(s) `api`. False: none. Null: that of `socks5` at the top, if the address is not in "
                + "your own network.")
    }

    private static func authority(_ section: String) -> ConfigurationKey {
        .init(
            "\(section).api-ca", .text, "null",
            "A PEM file of the certificate authorities that may vouch for an https `api`. Null: those of the system.")
    }

    private static func external(_ section: String, _ field: SettingsField) -> ConfigurationKey {
        .init(
            "\(section).external-hashrate", .number(0...1e12), "null", unit: "H/s", reload: .atOnce, to: field,
            "Hashrate of yours that mines at \(name(section)) with the same wallet, but not through this proxy. 0: there is "
                + "none. Null: as much as the figures of \(name(section)) prove.")
    }

    private static func ownRigsPerLane(_ section: String) -> ConfigurationKey {
        .init(
            "\(section).rigs-per-lane", .integer(1...256), "null",
            "`rigs-per-lane` for \(name(section)) alone. Null: the same.")
    }
}
