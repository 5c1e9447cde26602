import ArgumentParser

/// `stratum-proxy keys`: what the keys of the configuration mean.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Explain the keys of the configuration file.",
        discussion: "For example `stratum-proxy keys xvb.buffer`, or `keys pools` for those of a pool.")

    @Argument(help: "Only keys whose path holds this.")
    var part: String?

    @Flag(help: "Print docs/configuration.md.")
    var markdown = false

    @Flag(help: "Print deploy/config.example.json.")
    var example = false

    func validate() throws {
        if [markdown, example, part != nil].count(where: { $0 }) > 1 {
            throw ValidationError("Use a part of a key, --markdown or --example, not two of them.")
        }
    }

    func run() throws {
        if markdown { return print(KeyReference.markdown, terminator: "") }
        if example { return print(ExampleConfiguration.text, terminator: "") }
        let keys =
            ConfigurationKeys.all.filter { $0.kind != .section }.map { ($0.path, $0) }
            + ConfigurationKeys.pool.map { ("pools[].\($0.path)", $0) }
        let found = keys.filter { path, _ in part.map(path.contains) ?? true }
        if let part, found.isEmpty {
            let meant = Suggestion.nearest(to: part, among: keys.map(\.0)).map { "; did you mean \"\($0)\"?" } ?? ""
            throw CommandFailure("there is no key \"\(Sanitizer.printable(part))\"\(meant)")
        }
        for (path, key) in found {
            print(path)
            Paragraph.lines(key.meaning, width: 100, indent: "    ").forEach { print($0) }
            print("    \(key.allowed); default \(key.standard); a change counts \(key.changes)")
        }
    }
}
