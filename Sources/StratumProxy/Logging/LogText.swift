import SplitScheduler

/// Numbers as xmrig's users read them in a log.
enum LogText {
    /// A hashrate, in xmrig's units: H/s below ten thousand, then kH/s and MH/s with two decimals.
    static func hashrate(_ value: Double) -> String {
        let (number, unit) = hashrateParts(value)
        return "\(number) \(unit)"
    }

    /// The number and the unit of a hashrate.
    static func hashrateParts(_ value: Double) -> (number: String, unit: String) {
        guard value.isFinite else { return ("n/a", "H/s") }
        // The bounds are where rounding would show one digit more.
        switch value.magnitude {
        case ..<999.95: return (HumanText.decimal(value, 1), "H/s")
        case ..<9_999.5: return (HumanText.decimal(value, 0), "H/s")
        case ..<999_995: return (HumanText.decimal(value / 1e3, 2), "kH/s")
        case ..<999_995_000: return (HumanText.decimal(value / 1e6, 2), "MH/s")
        default: return (HumanText.decimal(value / 1e9, 2), "GH/s")
        }
    }

    /// A job's difficulty as xmrig scales it: `980`, `500K`, `12M`, `3G`.
    static func difficulty(_ value: UInt64) -> String {
        switch value {
        case ..<10_000: String(value)
        case ..<10_000_000: "\(value / 1_000)K"
        case ..<10_000_000_000: "\(value / 1_000_000)M"
        default: "\(value / 1_000_000_000)G"
        }
    }

    /// A length of time with two units: `42 s`, `5 min 07 s`, `3 h 12 min`, `2 d 04 h`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "n/a" }
        let whole = Int(max(0, seconds).rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3_600: return "\(whole / 60) min \(twoDigits(whole % 60)) s"
        case ..<86_400: return "\(whole / 3_600) h \(twoDigits(whole % 3_600 / 60)) min"
        default: return "\(whole / 86_400) d \(twoDigits(whole % 86_400 / 3_600)) h"
        }
    }

    /// A part of a whole, 0 ... 1, as a percentage with one decimal.
    static func percent(_ part: Double) -> String {
        part.isFinite ? HumanText.decimal(part * 100, 1) + " %" : "n/a"
    }

    /// A number of things by the name of one: `1 rig`, `2 rigs`.
    static func count(_ number: Int, _ thing: String) -> String {
        number == 1 ? "1 \(thing)" : "\(number) \(thing)s"
    }

    private static func twoDigits(_ value: Int) -> String {
        value < 10 ? "0\(value)" : String(value)
    }
}
