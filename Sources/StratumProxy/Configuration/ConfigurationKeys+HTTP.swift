extension ConfigurationKeys {
    static let http: [ConfigurationKey] = [
        .init(
            "http", .sectionOrText, "\"127.0.0.1:3356\"", takesNull: true,
            "Where the proxy's page, its API and its metrics are, as `address:port` or an object: the page is "
                + "`http://127.0.0.1:3356/`. Nothing can be changed there. Null: nowhere."),
        .init("http.enabled", .flag, "true", "False: nowhere."),
        .init(
            "http.host", .text, "\"127.0.0.1\"",
            "The address that it listens at; `0.0.0.0` for every IPv4 address of this machine. Without `access-token` only "
                + "one that no other machine reaches."),
        .init("http.port", .integer(0...65_535), "3356", "The port. 0: one that the kernel chooses."),
        .init(
            "http.access-token", .secret, "null",
            "What readers must show (`Authorization: Bearer TOKEN`); the page asks for it. `${NAME}` stands for an "
                + "environment variable. Null: nothing."),
        .init(
            "http.names", .texts, "[]",
            "Names of this machine that the page is opened by, such as `farm.lan`. Addresses and `localhost` always work; "
                + "other names are refused, so that no website can read the page through a name of its own."),
        .init(
            "http.restricted", .fixed([.bool(true)]), "true", "Must be true: nothing can be changed through this port."),
    ]
}
