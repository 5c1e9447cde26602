import Alerts

extension ConfigurationKeys {
    static let notify: [ConfigurationKey] = [
        .init(
            "notify", .receivers, "[]", reload: .atOnce, to: SettingsField(copying: \.notify),
            "Who is told on the phone or elsewhere that something happens to the farm: a list of objects (docs/alerts.md). For "
                + "example `[{ \"kind\": \"ntfy\", \"url\": \"https://ntfy.sh/TOPIC\" }]`. `stratum-proxy notify --test` sends each "
                + "one a message."),
        .init(
            "low-hashrate", .number(1...95), "50", unit: "percent", reload: .atOnce,
            to: SettingsField(\.lowHashratePercent),
            "The event `hashrate-low`: all rigs together make less than this part of what they made over the last 24 h."
        ),
        .init("ping", .section, "{}", "A dead man's switch: who misses the call says that the farm stands still."),
        .init(
            "ping.url", .secret, "null", reload: .atOnce, to: SettingsField(copying: \.ping.target),
            "An http(s) address that is called (GET) every `interval` while the proxy runs and a pool can be mined at, such "
                + "as one of healthchecks.io. `${NAME}` stands for an environment variable. Null: none."),
        .init(
            "ping.interval", .integer(30...86_400), "300", unit: "seconds", reload: .atOnce,
            to: SettingsField(\.ping.intervalSeconds), "How often it is called."),
    ]

    /// The keys of one object in `notify`.
    static let receiver: [ConfigurationKey] = [
        .init(
            "kind", .choice(AlertReceiver.Kind.allCases.map(\.rawValue)), "\"webhook\"",
            "What listens there. `ntfy`: a topic of ntfy.sh or of your own ntfy. `telegram`: a bot. `webhook`: anything that "
                + "takes JSON with POST."),
        .init(
            "url", .text, "null",
            "Its http(s) address; for `ntfy` with the topic. `telegram` has a default, `https://api.telegram.org`. `${NAME}` "
                + "stands for an environment variable, here and in `token` and `chat`. It is in no log."),
        .init(
            "token", .secret, "null",
            "The bot's token at `telegram`; elsewhere sent as `Authorization: Bearer TOKEN`. Null: none."),
        .init(
            "chat", .secret, "null",
            "`telegram` only: the chat that the bot writes to, as `\"123456789\"` or `\"@channel\"`."),
        .init(
            "events", .texts, "[" + AlertEvent.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") + "]",
            "What it is told of."),
        .init(
            "quiet", .text, "null",
            "Hours of the day, as `\"22:00-07:00\"` in the machine's local time: what does not hurry waits, and comes in one "
                + "message when they are over. `pool-down`, `registration` and `certificate` hurry. Null: none."),
        .init(
            "socks5", .textOrFalse, "null",
            "The SOCKS5 proxy that it is reached through. False: none. Null: that of `socks5` at the top, if it is not in "
                + "your own network."),
        .init(
            "ca", .text, "null",
            "A PEM file of the certificate authorities that may vouch for it. Null: those of the system."),
    ]

    /// The keys of the objects in a list that `key` is; nil of any other key.
    static func inner(of key: ConfigurationKey) -> [ConfigurationKey]? {
        switch key.kind {
        case .pools: pool
        case .receivers: receiver
        case .section, .sectionOrFalse, .sectionOrText, .text, .secret, .textOrFalse, .flag, .integer, .number,
            .probability, .choice, .texts, .flagOrSeconds, .fixed:
            nil
        }
    }
}
