import Alerts

/// An http or https address that may hold a secret anywhere but in its host.
struct SecretAddress: Equatable, Sendable {
    /// The whole address.
    let url: Secret
    /// Its beginning up to the host and port: fit for a log.
    let place: String
    let host: String
    let isSecure: Bool
    /// Whether a name or a password stands before the host.
    let hasUser: Bool
    /// What follows the host.
    let path: Secret
    /// Whether that is more than a slash.
    var hasPath: Bool { path.revealed.contains { $0 != "/" } }

    /// Nil for what is no such address.
    init?(_ text: String) {
        let beginning = text.prefix { $0 != "?" }
        let rest = text.dropFirst(beginning.count)
        guard let address = WebAddress(String(beginning)),
            rest.utf8.allSatisfy({ (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: "#") })
        else { return nil }
        let scheme = address.isSecure ? "https://" : "http://"
        let authority = address.description.dropFirst(scheme.count).prefix { $0 != "/" }
        url = Secret(text)
        place = scheme + authority
        host = address.host
        isSecure = address.isSecure
        hasUser = beginning.dropFirst(scheme.count).prefix { $0 != "/" }.contains("@")
        path = Secret(String(address.description.dropFirst(place.count) + rest))
    }
}

/// Who is alerted (`notify`).
struct AlertReceiver: Equatable, Sendable {
    /// How a message is put to it.
    enum Kind: String, CaseIterable, Sendable {
        case webhook, ntfy, telegram
    }

    var kind: Kind
    var address: SecretAddress
    var events: Set<AlertEvent>
    var quiet: QuietHours?
    var token: Secret?
    var chat: Secret?
    var socks5: SOCKS5Address?
    var authorityFile: String?

    /// Receivers at most: as many as can be sent to at a time, with the ping.
    static let most = 7
}

/// A dead man's switch (`ping`).
struct PingSettings: Equatable, Sendable {
    /// Where the call goes.
    struct Target: Equatable, Sendable {
        var address: SecretAddress
        var socks5: SOCKS5Address?
    }

    /// nil: nowhere.
    var target: Target?
    var intervalSeconds = 0
}
