import ProxyTerms

extension ConfigurationKey {
    /// What a value may be, in words: "a whole number from 10 to 3600, in seconds".
    var allowed: String {
        let words =
            switch kind {
            case .section: "an object { … }"
            case .sectionOrFalse: "an object { … } or `false`"
            case .sectionOrText: "a text or an object { … }"
            case .text, .secret: "a text"
            case .textOrFalse: "a text or `false`"
            case .flag: "`true` or `false`"
            case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .number(let range):
                "a number from \(Quantity.plain(range.lowerBound)) to \(Quantity.plain(range.upperBound))"
            case .probability: "a number above 0 and below 1"
            case .choice(let words): words.map { "`\"\($0)\"`" }.joined(separator: ", ")
            case .texts: "a list of texts"
            case .pools: "a list of pool objects"
            case .receivers: "a list of receiver objects"
            case .flagOrSeconds(let range):
                "`true`, `false` or a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .fixed(let allowed): allowed.map { "`\($0.text)`" }.joined(separator: " or ")
            }
        let isListed = if case .fixed = kind { true } else { false }
        return words + (unit.isEmpty ? "" : ", in \(unit)") + (takesNull && !isListed ? ", or `null`" : "")
    }

    /// When a change counts.
    var changes: String {
        switch reload {
        case .atOnce: "at once (SIGHUP)"
        case .restart: "after a restart"
        }
    }
}

/// Texts of a given width.
enum Paragraph {
    /// `text` in lines of at most `width` characters each, `indent` included, broken at blanks.
    static func lines(_ text: String, width: Int, indent: String) -> [String] {
        var lines: [String] = []
        var line = indent
        for word in text.split(separator: " ") {
            let isFirst = line.count == indent.count
            if !isFirst, line.count + 1 + word.count > width {
                lines.append(line)
                line = indent + word
            } else {
                line += (isFirst ? "" : " ") + word
            }
        }
        return lines + [line]
    }
}
