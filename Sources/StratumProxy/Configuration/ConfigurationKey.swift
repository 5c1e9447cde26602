/// One key of the configuration file: everything that is known about it, in one place.
///
/// `ConfigurationKeys` is the only table. The reader checks files against it, the settings take defaults and values by it, a
/// reload finds by it what has changed, `check` and `keys` explain with it, and deploy/config.example.json and
/// docs/configuration.md are made of it.
struct ConfigurationKey: Sendable {
    /// What a value may be.
    enum Kind: Equatable, Sendable {
        /// An object with keys of its own.
        case section
        /// The same, or `false`.
        case sectionOrFalse
        /// The same, or a text.
        case sectionOrText
        case text
        /// A text that must not appear in logs.
        case secret
        /// A text, or `false`.
        case textOrFalse
        case flag
        /// A whole number.
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        /// A number above 0 and below 1.
        case probability
        case choice([String])
        /// A list of texts.
        case texts
        /// A list of pool objects, in xmrig's form.
        case pools
        /// A list of objects that each say who is alerted, and of what.
        case receivers
        /// `true`, `false`, or a whole number of seconds.
        case flagOrSeconds(ClosedRange<Int>)
        /// A key of xmrig's that is read so that its pool objects can be pasted, and must have one of these values.
        case fixed([JSONCValue.Content])
    }

    /// When a new value counts after the file was read again.
    enum Reload: Equatable, Sendable {
        /// At once.
        case atOnce
        /// After a restart.
        case restart
    }

    /// The names from the top of the file, joined by dots: `p2pool.buffer`.
    let path: String
    let kind: Kind
    /// What an absent key means, as JSON text.
    let standard: String
    /// The unit of a number, empty where it has none.
    let unit: String
    /// What the key does, in a sentence or two for the operator. Names and values stand in backticks.
    let meaning: String
    /// Whether `null` may be written: where it is the default, and where it switches something off.
    let takesNull: Bool
    let reload: Reload
    /// What deploy/config.example.json says, as JSON text; nil: the default.
    let example: String?
    /// Where the value goes as it stands; nil where `SettingsBuilder` makes something of it.
    let field: SettingsField?

    init(
        _ path: String, _ kind: Kind, _ standard: String, unit: String = "", takesNull: Bool = false,
        reload: Reload = .restart, example: String? = nil, to field: SettingsField? = nil, _ meaning: String
    ) {
        self.path = path
        self.kind = kind
        self.standard = standard
        self.unit = unit
        self.meaning = meaning
        self.takesNull = takesNull || standard == "null"
        self.reload = reload
        self.example = example
        self.field = field
    }

    /// The last name of the path: what stands in the file.
    var name: String {
        String(path.split(separator: ".").last ?? "")
    }

    /// The path without its last name; empty at the top.
    var section: String {
        path.split(separator: ".").dropLast().joined(separator: ".")
    }

    /// The default.
    var standardContent: JSONCValue.Content {
        guard let value = try? JSONCReader.read(Array(standard.utf8)) else {
            preconditionFailure("the table of keys has no readable default for \(path)")
        }
        return value.content
    }
}
