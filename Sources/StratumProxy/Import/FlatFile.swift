import ProxyTerms

/// A file of another program as values by path: `pools[0].url`. JSON, TOML and lists of parameters all become this.
struct FlatFile: Equatable {
    private(set) var values: [String: String] = [:]

    subscript(path: String) -> String? { values[path] }

    /// Whether the switch at `path` is on.
    func isOn(_ path: String) -> Bool { values[path] == "true" }

    /// Whether any path begins with `start`.
    func has(_ start: String) -> Bool { values.keys.contains { $0.hasPrefix(start) } }

    /// The number of elements of the list at `path`.
    func count(_ path: String) -> Int {
        var count = 0
        while has("\(path)[\(count)]"), count < 64 { count += 1 }
        return count
    }

    /// Reads `text` as whichever of the three it is; nil where it is none.
    init?(_ text: [UInt8]) {
        let first = text.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "/") {
            guard let value = try? JSONCReader.read(text) else { return nil }
            add(value.content, "")
        } else {
            guard let string = String(validating: text, as: UTF8.self) else { return nil }
            addLines(string)
        }
        if values.isEmpty { return nil }
    }

    private mutating func add(_ content: JSONCValue.Content, _ path: String) {
        switch content {
        case .null: break
        case .bool(let value): values[path] = value ? "true" : "false"
        case .number(let value): values[path] = Quantity.plain(value)
        case .string(let text): values[path] = text
        case .array(let elements):
            for (index, element) in elements.enumerated() { add(element.content, "\(path)[\(index)]") }
        case .object(let members):
            for member in members { add(member.value.content, path.isEmpty ? member.key : "\(path).\(member.key)") }
        }
    }

    /// `[section]`, then `key = value` (TOML); without sections, with or without `=` and `--` (p2pool's parameters).
    private mutating func addLines(_ text: String) {
        var section = ""
        for line in text.replacing("\\\n", with: " ").split(whereSeparator: \.isNewline) {
            let line = Self.trimmed(line[...])
            if line.isEmpty || line.hasPrefix("#") { continue }
            if addCommand(line) { return }
            if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
                section = String(line[line.index(after: line.startIndex)..<end])
                continue
            }
            let name = line.drop { $0 == "-" }.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
            guard !name.isEmpty else { continue }
            let rest = Self.trimmed(line[name.endIndex...].drop { $0 == " " || $0 == "\t" || $0 == "=" })
            let key = section.isEmpty ? String(name) : "\(section).\(name)"
            values[key] = rest.isEmpty ? "true" : Self.unquoted(rest)
        }
    }

    /// The options of a command line, such as a start script or a unit has: `./p2pool --wallet 4… --mini`. Whatever stands beside it is
    /// the script's own.
    private mutating func addCommand(_ line: Substring) -> Bool {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard let first = words.firstIndex(where: { $0.hasPrefix("--") }),
            first > 0 || words.dropFirst().contains(where: { $0.hasPrefix("--") })
        else { return false }
        // A text of a TOML file may hold options as well.
        let isAssignment = words[0].contains("=") && !words[0].hasPrefix("ExecStart=") || words.dropFirst().first == "="
        guard !isAssignment else { return false }
        var options: [String: String] = [:]
        var name: String?
        for word in words[first...] {
            if word.hasPrefix("--"), word.count > 2 {
                name = String(word.dropFirst(2))
                options[name ?? ""] = "true"
            } else if let option = name {
                options[option] = Self.unquoted(word)
                name = nil
            }
        }
        values = options
        return true
    }

    private static func unquoted(_ text: Substring) -> String {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            return String(trimmed(text.prefix { $0 != "#" }))
        }
        return String(text.dropFirst().prefix { $0 != quote })
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text
    }
}
