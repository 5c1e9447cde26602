/// Numbers as a miner reads them: the same value is the same text in every log line, screen and answer.
public enum Quantity {
    /// `value` with `digits` decimals (0 … 6), rounded; "n/a" where it isn't a finite number of sensible size.
    public static func decimal(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, value.magnitude < 1e15, (0...6).contains(digits) else { return unknown }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        guard value.magnitude * scale < 9e18 else { return unknown }
        let scaled = Int64((value.magnitude * scale).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(scaled) }
        let whole = scaled / Int64(scale)
        let fraction = String(scaled % Int64(scale))
        return sign + String(whole) + "." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// `value` rounded to `digits` decimals (0 … 6), for programs.
    public static func rounded(_ value: Double, _ digits: Int) -> Double {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        return (value * scale).rounded() / scale
    }

    /// A number as it was written, without `.0`: "60", "0.4".
    public static func plain(_ value: Double) -> String {
        value.magnitude < 1e15 && value == value.rounded() ? String(Int64(value)) : String(value)
    }

    /// A hashrate with three digits: "42.5 H/s", "850 H/s", "1 kH/s", "8.8 kH/s", "12.3 MH/s".
    public static func hashrate(_ value: Double) -> String {
        value.isFinite ? scaled(value, ["", "k", "M", "G", "T"], " ") + "H/s" : unknown
    }

    /// A difficulty with three digits and xmrig's letters: "980", "2500", "20K", "12.3K", "85.5M".
    public static func difficulty(_ value: UInt64) -> String {
        value < 10_000 ? String(value) : scaled(Double(value), ["", "K", "M", "G", "T", "P"], "")
    }

    /// A length of time in its two largest units: "42 s", "5 min 07 s", "10 min", "3 h 12 min", "2 d 04 h".
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return unknown }
        let whole = Int(max(0, seconds).rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3_600: return "\(whole / 60) min" + rest(whole % 60, "s")
        case ..<86_400: return "\(whole / 3_600) h" + rest(whole % 3_600 / 60, "min")
        default: return "\(whole / 86_400) d" + rest(whole % 86_400 / 3_600, "h")
        }
    }

    /// A length of time in seconds, with at most one decimal: "60", "237.5".
    public static func seconds(_ value: Double) -> String {
        trimmed(decimal(value, 1))
    }

    /// A part of a whole, or a probability: "under 0.1 %", "0.4 %", "29 %", "17.6 %".
    public static func percent(_ part: Double) -> String {
        guard part.isFinite else { return unknown }
        return part > 0 && part < 0.001 ? "under 0.1 %" : trimmed(decimal(part * 100, 1)) + " %"
    }

    /// A size in memory: "512 bytes", "64 KiB", "1.5 MiB".
    public static func bytes(_ count: Int) -> String {
        switch count {
        case ..<1_024: self.count(count, "byte")
        case ..<(1 << 20): trimmed(decimal(Double(count) / 1_024, 1)) + " KiB"
        default: trimmed(decimal(Double(count) / Double(1 << 20), 1)) + " MiB"
        }
    }

    /// A number of things by the name of one: "1 rig", "2 rigs".
    public static func count(_ number: Int, _ thing: String) -> String {
        number == 1 ? "1 \(thing)" : "\(number) \(thing)s"
    }

    private static let unknown = "n/a"

    /// `value` with three digits and the prefix that keeps it short, behind `space`.
    private static func scaled(_ value: Double, _ prefixes: [String], _ space: String) -> String {
        var value = value
        var index = 0
        // Where rounding would show a fourth digit the next prefix is nearer.
        while value.magnitude >= 999.5, index < prefixes.count - 1 {
            value /= 1_000
            index += 1
        }
        let digits = value.magnitude < 9.995 ? 2 : value.magnitude < 99.95 ? 1 : 0
        return trimmed(decimal(value, digits)) + space + prefixes[index]
    }

    /// The second unit of a duration; nothing where it is 0.
    private static func rest(_ value: Int, _ unit: String) -> String {
        value == 0 ? "" : value < 10 ? " 0\(value) \(unit)" : " \(value) \(unit)"
    }

    /// Without zeros at the end of the decimals.
    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var cut = Substring(text)
        while cut.last == "0" { cut = cut.dropLast() }
        if cut.last == "." { cut = cut.dropLast() }
        return String(cut)
    }
}
