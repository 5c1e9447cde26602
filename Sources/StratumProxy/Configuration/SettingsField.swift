import ProxyCore
import SplitScheduler

/// Where the value of a key goes in the settings.
struct SettingsField: Sendable {
    /// Puts a value of the file, a flag or the table there. What is of the wrong kind has been reported and changes nothing.
    let fill: @Sendable (inout Settings, JSONCValue.Content) -> Void
    /// Takes the value of other settings.
    let copy: @Sendable (Settings, inout Settings) -> Void

    init<Value: SettingsValue>(_ path: any WritableKeyPath<Settings, Value> & Sendable) {
        fill = { settings, content in
            if let value = Value(content) { settings[keyPath: path] = value }
        }
        copy = { other, settings in settings[keyPath: path] = other[keyPath: path] }
    }

    /// A value that `SettingsBuilder` makes, and that other settings have made.
    init<Value>(copying path: any WritableKeyPath<Settings, Value> & Sendable) {
        fill = { _, _ in }
        copy = { other, settings in settings[keyPath: path] = other[keyPath: path] }
    }
}

extension SettingsField {
    /// The same of two that are made together.
    init<Value, Other>(
        copying path: any WritableKeyPath<Settings, Value> & Sendable,
        and other: any WritableKeyPath<Settings, Other> & Sendable
    ) {
        fill = { _, _ in }
        copy = { from, to in
            to[keyPath: path] = from[keyPath: path]
            to[keyPath: other] = from[keyPath: other]
        }
    }
}

/// What can be made of a value of the file without more ado.
protocol SettingsValue: SendableMetatype {
    init?(_ content: JSONCValue.Content)
}

extension Double: SettingsValue {
    init?(_ content: JSONCValue.Content) {
        guard case .number(let number) = content else { return nil }
        self = number
    }
}

extension Int: SettingsValue {
    init?(_ content: JSONCValue.Content) {
        guard case .number(let number) = content else { return nil }
        self.init(exactly: number)
    }
}

extension Bool: SettingsValue {
    init?(_ content: JSONCValue.Content) {
        guard case .bool(let value) = content else { return nil }
        self = value
    }
}

extension String: SettingsValue {
    init?(_ content: JSONCValue.Content) {
        guard case .string(let text) = content else { return nil }
        self = text
    }
}

extension Set<String>: SettingsValue {
    init?(_ content: JSONCValue.Content) {
        guard case .array(let elements) = content else { return nil }
        self = Set(elements.compactMap { String($0.content) })
    }
}

/// A value that is one of a few words.
protocol SettingsWord: SettingsValue {
    init?(word: String)
}

extension SettingsWord {
    init?(_ content: JSONCValue.Content) {
        guard let word = String(content) else { return nil }
        self.init(word: word)
    }
}

extension SplitMode: SettingsWord {
    init?(word: String) { self.init(key: word) }
}

extension Tier: SettingsWord {
    init?(word: String) { self.init(key: word) }
}

extension LogLevel: SettingsWord {
    init?(word: String) { self.init(rawName: word) }
}

extension VerifyShares: SettingsWord {
    init?(word: String) { self.init(rawValue: word) }
}

extension Optional: SettingsValue where Wrapped: SettingsValue {
    init?(_ content: JSONCValue.Content) {
        if content == .null {
            self = .none
        } else {
            guard let value = Wrapped(content) else { return nil }
            self = .some(value)
        }
    }
}
