/// The verdict of `stratum-proxy check`.
enum CheckWords {
    /// `name` is the configuration's, `attention` the number of lines above that are no plain facts.
    static func good(_ name: String, attention count: Int) -> String {
        let attention =
            switch count {
            case 0: ""
            case 1: "; 1 line above needs attention (a warning or !)"
            case _: "; \(count) lines above need attention (warnings and !)"
            }
        return "\(name): the configuration is good, the proxy would start\(attention)"
    }

    static func bad(_ name: String, errors count: Int) -> String {
        "\(name): \(count == 1 ? "1 error" : "\(count) errors"); the proxy would not start"
    }

    static func badTLS(_ name: String, _ cause: String) -> String { "\(name): error: tls: \(cause)" }

    static func noDirectory(_ path: String) -> String { "there is no directory \(path)" }
}
