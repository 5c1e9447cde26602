/// Numbers as a miner reads them, without Foundation.
public enum HumanText {
    /// `value` with `digits` decimals (0 … 6), rounded; "-" when it isn't a finite number of sensible size.
    public static func decimal(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, value.magnitude < 1e15, (0...6).contains(digits) else { return "-" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        guard value.magnitude * scale < 9e18 else { return "-" }
        let scaled = Int64((value.magnitude * scale).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(scaled) }
        let whole = scaled / Int64(scale)
        let fraction = String(scaled % Int64(scale))
        return sign + String(whole) + "." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// A hashrate with the unit that keeps it short: "850 H/s", "1 kH/s", "8.8 kH/s", "12.25 MH/s".
    public static func hashrate(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        if value.magnitude < 999.5 { return decimal(value, 0) + " H/s" }
        if value.magnitude < 999_500 { return short(value / 1e3) + " kH/s" }
        if value.magnitude < 999_500_000 { return short(value / 1e6) + " MH/s" }
        return short(value / 1e9) + " GH/s"
    }

    /// A probability as a percentage: "under 0.1 %", "0.4 %", "29 %".
    public static func percent(_ probability: Double) -> String {
        guard probability.isFinite else { return "-" }
        let value = probability * 100
        if value > 0, value < 0.1 { return "under 0.1 %" }
        return (value < 9.95 ? trimmed(decimal(value, 1)) : decimal(value, 0)) + " %"
    }

    /// A length of time in its largest fitting unit: "45 s", "12 min", "3 h", "2 d".
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "-" }
        if seconds < 120 { return decimal(seconds, 0) + " s" }
        if seconds < 7_200 { return decimal(seconds / 60, 0) + " min" }
        if seconds < 172_800 { return decimal(seconds / 3_600, 0) + " h" }
        return decimal(seconds / 86_400, 0) + " d"
    }

    /// Seconds with at most one decimal: "60", "237.5".
    public static func seconds(_ value: Double) -> String {
        trimmed(decimal(value, 1))
    }

    private static func short(_ value: Double) -> String {
        trimmed(decimal(value, value.magnitude < 9.995 ? 2 : value.magnitude < 99.95 ? 1 : 0))
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
