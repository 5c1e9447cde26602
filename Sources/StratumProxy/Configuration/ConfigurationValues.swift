import ProxyTerms
import StrictJSON

/// What each key of the configuration is, as text, and who said so.
struct ConfigurationValues: Equatable, Sendable {
    /// Where a value comes from.
    enum Source: Equatable, Sendable {
        /// Nobody said anything.
        case standard
        case file(line: Int)
        /// A flag by its name.
        case flag(String)

        /// The line of the file; nil where it comes from elsewhere.
        var line: Int? {
            switch self {
            case .file(let line): line
            case .standard, .flag: nil
            }
        }
    }

    struct Value: Equatable, Sendable {
        /// The value as JSON text, fit for a log.
        let shown: String
        let source: Source
        /// The same with what must not be shown: for comparing only.
        fileprivate let exact: Secret
    }

    private var byPath: [String: Value] = [:]

    /// The value of the key at `path`.
    subscript(path: String) -> Value? { byPath[path] }

    mutating func set(_ key: ConfigurationKey, _ content: JSONCValue.Content, _ source: Source) {
        let shown =
            key.kind == .secret && content != .null
            ? "\"***\"" : key.kind == .receivers ? content.textOfReceivers : content.text(for: key.name)
        byPath[key.path] = Value(shown: shown, source: source, exact: Secret(content.text))
    }

    /// Takes what `other` says of the key at `path`.
    mutating func take(_ path: String, from other: ConfigurationValues) {
        byPath[path] = other.byPath[path]
    }

    /// Whether the key at `path` is the same here and there, wherever that comes from.
    func isSame(_ path: String, as other: ConfigurationValues) -> Bool {
        byPath[path]?.exact == other.byPath[path]?.exact
    }
}

extension JSONCValue.Content {
    /// The value as JSON text.
    var text: String { text { _, text in text } }

    /// The same for a log: without passwords, and with a wallet shortened.
    func text(for name: String) -> String {
        text(named: name) { name, text in
            switch name {
            case "pass": return "***"
            case "wallet": return WalletAddress.shortened(text)
            case _:
                // user:password@host, behind a scheme or not.
                guard let at = text.lastIndex(of: "@") else { return text }
                let rest = Endpoint.split(text).rest
                return rest.startIndex < at ? text[..<rest.startIndex] + "***" + text[at...] : text
            }
        }
    }

    /// The same for a list of receivers: their addresses are secrets, too.
    fileprivate var textOfReceivers: String {
        text { name, text in ["url", "token", "chat", "socks5"].contains(name) ? "***" : text }
    }

    private func text(named name: String = "", _ show: (String, String) -> String) -> String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let value): Quantity.plain(value)
        case .string(let text): "\"" + JSONObject.escaped(show(name, text)) + "\""
        case .array(let elements):
            "[" + elements.map { $0.content.text(named: name, show) }.joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + members.map { member in
                    "\"\(JSONObject.escaped(member.key))\": " + member.value.content.text(named: member.key, show)
                }.joined(separator: ", ") + "}"
        }
    }
}
