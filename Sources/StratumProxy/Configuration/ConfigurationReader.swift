import ProxyTerms
import SplitScheduler

/// Checks a file against the table of keys: names, types and ranges. Everything found wrong is reported, not only the
/// first. What the values mean together is for `SettingsBuilder`.
struct ConfigurationReader {
    /// The values of the file that are right, by path; pools are in `pools`.
    private(set) var values: [String: JSONCValue] = [:]
    /// The lists of pools, and of receivers, that are right as far as their types go, by path: each object's values by name.
    private(set) var pools: [String: [PoolValues]] = [:]
    private(set) var problems: [ConfigurationProblem] = []

    /// One object of a list of pools or receivers.
    struct PoolValues {
        /// `p2pool.pools[0]`.
        var path: String
        /// Where the object begins; nil for one from a flag.
        var position: SourcePosition?
        /// The checked values by name.
        var values: [String: JSONCValue]
    }

    /// Checks `file`, which must be an object; nil stands for no file at all.
    init(_ file: JSONCValue?) {
        guard let file else { return }
        guard case .object(let members) = file.content else {
            report(file.position, "", "a configuration is an object: it begins with '{' and ends with '}'")
            return
        }
        readSection(members, prefix: "")
    }

    private mutating func readSection(_ members: [JSONCMember], prefix: String) {
        let keys = ConfigurationKeys.all.filter { $0.section == prefix }
        for member in members {
            let path = prefix.isEmpty ? member.key : "\(prefix).\(member.key)"
            guard let key = keys.first(where: { $0.name == member.key }) else {
                reportUnknown(member, path: path, known: keys, foreign: prefix.isEmpty)
                continue
            }
            read(member.value, as: key, path: path)
        }
    }

    private mutating func read(_ value: JSONCValue, as key: ConfigurationKey, path: String) {
        switch (key.kind, value.content) {
        case (.section, .object(let members)), (.sectionOrFalse, .object(let members)),
            (.sectionOrText, .object(let members)):
            values[path] = value
            readSection(members, prefix: path)
        case (.pools, .array(let elements)):
            values[path] = value
            if elements.isEmpty {
                report(value.position, path, "the list is empty; leave the key out for the standard pools")
            }
            readObjects(
                elements, as: ConfigurationKeys.pool, path: path, "a pool such as {\"url\": \"127.0.0.1:3333\"}")
        case (.receivers, .array(let elements)):
            values[path] = value
            readObjects(
                elements, as: ConfigurationKeys.receiver, path: path,
                "a receiver such as {\"kind\": \"ntfy\", \"url\": \"https://ntfy.sh/TOPIC\"}")
        default:
            if let complaint = Self.complaint(about: value.content, for: key) {
                report(value.position, path, complaint)
            } else {
                values[path] = value
            }
        }
    }

    private mutating func readObjects(
        _ elements: [JSONCValue], as keys: [ConfigurationKey], path: String, _ expected: String
    ) {
        var list: [PoolValues] = []
        for (index, element) in elements.enumerated() {
            let elementPath = "\(path)[\(index)]"
            guard case .object(let members) = element.content else {
                report(element.position, elementPath, "expected \(expected), found \(element.content.kindName)")
                continue
            }
            list.append(readObject(members, as: keys, at: element.position, path: elementPath))
        }
        pools[path] = list
    }

    private mutating func readObject(
        _ members: [JSONCMember], as keys: [ConfigurationKey], at position: SourcePosition, path: String
    ) -> PoolValues {
        var object = PoolValues(path: path, position: position, values: [:])
        for member in members {
            let memberPath = "\(path).\(member.key)"
            guard let key = keys.first(where: { $0.name == member.key }) else {
                reportUnknown(member, path: memberPath, known: keys, foreign: false)
                continue
            }
            if let complaint = Self.complaint(about: member.value.content, for: key) {
                report(member.value.position, memberPath, complaint)
            } else {
                object.values[key.name] = member.value
            }
        }
        return object
    }

    // MARK: Complaints

    /// What is wrong with `content` as a value of `key`; nil where nothing is.
    static func complaint(about content: JSONCValue.Content, for key: ConfigurationKey) -> String? {
        if key.takesNull, content == .null { return nil }
        let found = content.kindName
        let orNull = key.takesNull ? " or null" : ""
        let unit = key.unit.isEmpty ? "" : " (\(key.unit))"
        switch key.kind {
        case .section:
            return "expected an object { ... }, found \(found)"
        case .sectionOrFalse:
            return content == .bool(false) ? nil : "expected an object { ... } or false, found \(found)"
        case .sectionOrText:
            if case .string = content { return nil }
            return "expected a text in double quotes, an object { ... }\(orNull), found \(found)"
        case .text, .secret:
            if case .string = content { return nil }
            return "expected a text in double quotes\(orNull), found \(found)"
        case .textOrFalse:
            if case .string = content { return nil }
            if content == .bool(false) { return nil }
            return "expected a text in double quotes, false\(orNull), found \(found)"
        case .flag:
            if case .bool = content { return nil }
            return "expected true or false, found \(found)"
        case .integer(let range):
            guard case .number(let value) = content else {
                return "expected a whole number\(unit)\(orNull), found \(found)"
            }
            return outOfRange(value, Double(range.lowerBound)...Double(range.upperBound), key.unit, whole: true)
        case .number(let range):
            guard case .number(let value) = content else {
                return "expected a number\(unit)\(orNull), found \(found)"
            }
            return outOfRange(value, range, key.unit, whole: false)
        case .probability:
            guard case .number(let value) = content else { return "expected a number\(orNull), found \(found)" }
            if value > 0, value < 1 { return nil }
            return "\(Quantity.plain(value)) is not a number above 0 and below 1 (95 % is 0.95)"
        case .choice(let words):
            let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
            guard case .string(let word) = content else { return "expected one of \(list)\(orNull), found \(found)" }
            if words.contains(word) { return nil }
            if key.path == "mode", let tier = Tier(key: word.lowercased()), tier != .none {
                return "\"\(word)\" is not one of \(list)" + ConfigurationWords.isTier(tier.key)
            }
            let meant = Suggestion.nearest(to: word, among: words).map { "; did you mean \"\($0)\"?" } ?? ""
            return "\"\(Sanitizer.printable(word))\" is not one of \(list)\(meant)"
        case .texts:
            guard case .array(let elements) = content else {
                let example = key.standard == "[]" ? "[\"name\"]" : key.standard
                return "expected a list of texts such as \(example), found \(found)"
            }
            let wrong = elements.first { if case .string = $0.content { false } else { true } }
            return wrong.map { "expected a list of texts, found \($0.content.kindName) in it" }
        case .pools:
            return "expected a list of pools such as [{\"url\": \"127.0.0.1:3333\"}], found \(found)"
        case .receivers:
            if case .array = content { return nil }
            return
                "expected a list of receivers such as [{\"kind\": \"ntfy\", \"url\": \"https://ntfy.sh/TOPIC\"}], found \(found)"
        case .flagOrSeconds(let range):
            if case .bool = content { return nil }
            guard case .number(let value) = content else {
                return "expected true, false or a number of seconds, found \(found)"
            }
            return outOfRange(value, Double(range.lowerBound)...Double(range.upperBound), key.unit, whole: true)
        case .fixed(let allowed):
            return allowed.contains(content) ? nil : key.meaning
        }
    }

    private static func outOfRange(
        _ value: Double, _ range: ClosedRange<Double>, _ unit: String, whole: Bool
    ) -> String? {
        if range.contains(value), !whole || value == value.rounded() { return nil }
        let kind = whole ? "a whole number" : "a number"
        let bounds = "\(Quantity.plain(range.lowerBound)) to \(Quantity.plain(range.upperBound))"
        return "\(Quantity.plain(value)) is not \(kind) from \(bounds)\(unit.isEmpty ? "" : " \(unit)")"
    }

    private mutating func reportUnknown(
        _ member: JSONCMember, path: String, known: [ConfigurationKey], foreign: Bool
    ) {
        var message = "unknown key"
        if let name = Suggestion.nearest(to: member.key, among: known.map(\.name)) {
            message += "; did you mean \"\(name)\"?"
        } else if foreign, let hint = ForeignKeys.hint(for: member.key) {
            message += ": \(hint)"
        } else if let name = Suggestion.nearest(to: member.key, among: ConfigurationKeys.all.map(\.name)),
            let elsewhere = ConfigurationKeys.all.first(where: { $0.name == name })
        {
            message += " here; there is \(elsewhere.path)"
        }
        report(member.keyPosition, Sanitizer.printable(path, limit: 128), message)
    }

    private mutating func report(_ position: SourcePosition, _ path: String, _ message: String) {
        problems.append(ConfigurationProblem(severity: .error, position: position, path: path, message: message))
    }
}
