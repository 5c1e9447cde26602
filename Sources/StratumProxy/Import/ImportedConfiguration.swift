import ProxyTerms
import SplitScheduler
import StrictJSON

/// What of another program's file this proxy can use, and what it can't.
struct ImportedConfiguration: Equatable {
    /// A pool, with what differs from the defaults.
    struct Pool: Equatable {
        var url: String
        var usesTLS = false
    }

    var wallet: String?
    var mode = SplitMode.default
    var tier: Tier?
    var p2pool: [Pool] = []
    /// p2pool's --data-api.
    var api: String?
    /// XvB's nodes, where another order than ours was chosen.
    var xvb: [Pool] = []
    var bind: [String] = []
    var accessPassword: String?
    var certificate: (path: String, key: String)?
    var socks5: String?
    /// What is to be looked at, or can't be carried over: one sentence each.
    var notes: [String] = []

    static func == (one: Self, other: Self) -> Bool {
        one.text(from: "") == other.text(from: "") && one.notes == other.notes
    }

    /// Our configuration, ready to be saved, made of `source`.
    func text(from source: String) -> String {
        let shown = Sanitizer.printable(source, limit: 256)
        return text(head: source.isEmpty ? "" : "Made by `stratum-proxy import` of \(shown).")
    }

    /// Our configuration, ready to be saved, with a line of comment.
    func text(head: String) -> String {
        var members: [String] = []
        func add(_ name: String, _ json: String) { members.append("  \"\(name)\": \(json)") }
        add("wallet", Self.quoted(wallet ?? "4..."))
        add("mode", Self.quoted(mode.key))
        if let tier { add("tier", Self.quoted(tier.key)) }
        var node: [String] = []
        if !p2pool.isEmpty { node.append("    \"pools\": \(Self.list(p2pool))") }
        if let api { node.append("    \"api\": \(Self.quoted(api))") }
        if !node.isEmpty { add("p2pool", "{\n\(node.joined(separator: ",\n"))\n  }") }
        if !xvb.isEmpty { add("xvb", "{\n    \"pools\": \(Self.list(xvb))\n  }") }
        if !bind.isEmpty { add("bind", "[" + bind.map(Self.quoted).joined(separator: ", ") + "]") }
        if let accessPassword { add("access-password", Self.quoted(accessPassword)) }
        if let certificate {
            add("tls", "{ \"cert\": \(Self.quoted(certificate.path)), \"key\": \(Self.quoted(certificate.key)) }")
        }
        if let socks5 { add("socks5", Self.quoted(socks5)) }
        return (head.isEmpty ? "" : "// \(head)\n") + "{\n" + members.joined(separator: ",\n") + "\n}\n"
    }

    private static func list(_ pools: [Pool]) -> String {
        let lines = pools.map { "      { \"url\": \(quoted($0.url))" + ($0.usesTLS ? ", \"tls\": true }" : " }") }
        return "[\n\(lines.joined(separator: ",\n"))\n    ]"
    }

    private static func quoted(_ text: String) -> String { "\"\(JSONObject.escaped(text))\"" }
}
