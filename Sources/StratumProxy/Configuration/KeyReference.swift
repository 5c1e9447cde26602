/// docs/configuration.md: every key with what it may be, means and defaults to, made of the table.
enum KeyReference {
    static var markdown: String {
        var lines = [
            "# Configuration", "",
            "Made by `stratum-proxy keys --markdown`; don't edit it by hand. The file is JSON with comments, as xmrig has it: see",
            "[deploy/config.example.json](../deploy/config.example.json). `stratum-proxy check` tells what is wrong with one,",
            "`check --keys` what each key is and who said so. SIGHUP (`systemctl reload`) reads it again.", "",
        ]
        for group in ConfigurationKeys.groups {
            lines += ["## \(group.title)", ""]
            for key in group.keys { lines += entry(key, named: key.path) }
        }
        lines += ["## A pool", "", "What an object in `p2pool.pools` and `xvb.pools` may have, as in xmrig.", ""]
        for key in ConfigurationKeys.pool { lines += entry(key, named: "pools[].\(key.name)") }
        lines += ["## A receiver", "", "What an object in `notify` may have; see docs/alerts.md.", ""]
        for key in ConfigurationKeys.receiver { lines += entry(key, named: "notify[].\(key.name)") }
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func entry(_ key: ConfigurationKey, named name: String) -> [String] {
        var lines = ["### `\(name)`", ""]
        lines += Paragraph.lines(key.meaning, width: 140, indent: "")
        // A section is described by its keys.
        if key.kind == .section { return lines + [""] }
        lines += ["", "- Value: \(key.allowed)", "- Default: `\(key.standard)`"]
        if name == key.path { lines.append("- A change counts \(key.changes)") }
        if let example = example(key) { lines.append("- Example: `\"\(key.name)\": \(example)`") }
        return lines + [""]
    }

    /// A value that isn't the default, where the words don't show one.
    private static func example(_ key: ConfigurationKey) -> String? {
        switch key.kind {
        case .integer(let range): key.standard == "null" ? "\(min(range.upperBound, max(range.lowerBound, 30)))" : nil
        case .probability: "0.95"
        case .choice(let words): words.last.map { "\"\($0)\"" }
        case .texts: key.standard == "[]" ? "[\"farm\"]" : nil
        case .section, .sectionOrFalse, .sectionOrText, .text, .secret, .textOrFalse, .flag, .number, .pools,
            .receivers, .flagOrSeconds, .fixed:
            nil
        }
    }
}

/// deploy/config.example.json: every key with its default and what it means, made of the table.
enum ExampleConfiguration {
    /// Columns of a line at most.
    private static let width = 120

    static var text: String {
        var lines = [
            "// Configuration of stratum-proxy: JSON with comments, as xmrig has it.",
            "//",
            "// To start, set three keys: \"wallet\", \"mode\" and, under \"p2pool\", \"api\". Every other key is shown with the",
            "// value that it has anyway and may be left out; \"mode\" is \"default\" without it. Check a change with:",
            "//   stratum-proxy check -c config.json",
            "// Made by `stratum-proxy keys --example`.",
            "{",
        ]
        for group in ConfigurationKeys.groups {
            lines += ["  // --- \(group.title)", ""]
            lines += entries(group.keys, in: "", indent: "  ")
        }
        while lines.last == "" { lines.removeLast() }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    private static func entries(_ keys: [ConfigurationKey], in section: String, indent: String) -> [String] {
        keys.filter { $0.section == section }.flatMap { key -> [String] in
            let isOpen = [.section, .sectionOrFalse, .sectionOrText].contains(key.kind)
            var lines = isOpen && key.kind == .section ? [] : comment(about: key, indent: indent)
            if isOpen {
                lines.append("\(indent)\"\(key.name)\": {")
                var inner = entries(keys, in: key.path, indent: indent + "  ")
                while inner.last == "" { inner.removeLast() }
                lines += inner + ["\(indent)},"]
            } else {
                let value = (key.example ?? key.standard).split(separator: "\n").joined(separator: "\n" + indent)
                lines += "\(indent)\"\(key.name)\": \(value),".split(separator: "\n").map(String.init)
            }
            return lines + [""]
        }
    }

    private static func comment(about key: ConfigurationKey, indent: String) -> [String] {
        var text = key.meaning
        switch key.kind {
        case .integer, .number: text += " \(sentence(key.allowed))"
        case .section, .sectionOrFalse, .sectionOrText, .text, .secret, .textOrFalse, .flag, .probability, .choice,
            .texts, .pools, .receivers, .flagOrSeconds, .fixed:
            break
        }
        var lines = Paragraph.lines(plain(text), width: width, indent: indent + "// ")
        if let inner = ConfigurationKeys.inner(of: key), key.path != "xvb.pools" {
            for key in inner {
                let name = key.name + String(repeating: " ", count: max(1, 22 - key.name.count))
                let body = Paragraph.lines(plain(key.meaning), width: width - indent.count - 27, indent: "")
                for (index, line) in body.enumerated() {
                    lines.append("\(indent)//   " + (index == 0 ? name : String(repeating: " ", count: 22)) + line)
                }
            }
        }
        return lines
    }

    private static func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst() + "."
    }

    /// Names and values in double quotes, as they stand in the file.
    private static func plain(_ text: String) -> String {
        var isQuoted = false
        return text.split(separator: "`", omittingEmptySubsequences: false).map { part in
            defer { isQuoted.toggle() }
            let isBare =
                isQuoted && part.first?.isLetter == true
                && part.allSatisfy { $0.isLetter || $0.isNumber || "-.".contains($0) }
            return isBare && !["true", "false", "null"].contains(part) ? "\"\(part)\"" : String(part)
        }.joined()
    }
}
