/// Puts metrics together in Prometheus' text format.
public struct MetricsText {
    /// What a family's values are.
    public enum Kind: String, Sendable {
        /// Goes up only, but for a restart.
        case counter
        /// Goes up and down.
        case gauge
    }

    /// Metrics begin with this, but for those that all programs call the same.
    public static let prefix = "stratum_proxy_"
    /// The format's name, for `Content-Type`.
    public static let type = "text/plain; version=0.0.4; charset=utf-8"

    /// The text so far.
    public private(set) var text = ""
    private var family = ""

    /// No metrics yet.
    public init() {}

    /// Begins a family: `name` without the prefix. Its values follow.
    public mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        begin(whole: Self.prefix + name, kind.rawValue, help)
    }

    /// The same with a name that has no prefix of ours.
    public mutating func begin(shared name: String, _ kind: Kind, _ help: String) {
        begin(whole: name, kind.rawValue, help)
    }

    private mutating func begin(whole name: String, _ kind: String, _ help: String) {
        family = name
        let help = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    }

    /// Adds a value; none where it isn't known.
    public mutating func add(_ labels: [(String, String)], _ value: Double?) {
        guard let value else { return }
        line(family, labels, value)
    }

    /// Adds a number of things.
    public mutating func add(_ labels: [(String, String)], _ value: some BinaryInteger) {
        add(labels, Double(value))
    }

    /// A family of one value.
    public mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double?) {
        guard let value else { return }
        begin(name, kind, help)
        add([], value)
    }

    /// A family of distributions, one for each of `histograms`.
    public mutating func histograms(
        _ name: String, _ help: String, _ histograms: [(labels: [(String, String)], value: Histogram)]
    ) {
        begin(whole: Self.prefix + name, "histogram", help)
        for (labels, histogram) in histograms {
            var count: UInt64 = 0
            for (index, bound) in histogram.bounds.enumerated() {
                count += histogram.counts[index]
                line("\(family)_bucket", labels + [("le", Self.number(bound))], Double(count))
            }
            line("\(family)_bucket", labels + [("le", "+Inf")], Double(histogram.count))
            line("\(family)_sum", labels, histogram.sum)
            line("\(family)_count", labels, Double(histogram.count))
        }
    }

    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value.magnitude < 0x1p53 && value == value.rounded() ? "\(Int64(value))" : "\(value)"
    }
}

/// How often a quantity was how large.
public struct Histogram: Equatable, Sendable {
    /// Upper bounds of all buckets but the last, which has none.
    public let bounds: [Double]
    /// Of each bucket, those below it not included; the last one's too.
    public private(set) var counts: [UInt64]
    /// Of all values.
    public private(set) var sum = 0.0

    /// One without values; `bounds` are ascending.
    public init(_ bounds: [Double]) {
        self.bounds = bounds
        counts = [UInt64](repeating: 0, count: bounds.count + 1)
    }

    /// All values.
    public var count: UInt64 { counts.reduce(0, +) }

    /// Counts a value.
    public mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    /// The bound that half of the values are at or below; 0 where there are none, the last bound where they are above all.
    public var median: Double {
        let half = (count + 1) / 2
        guard half > 0 else { return 0 }
        var seen: UInt64 = 0
        for (index, bound) in bounds.enumerated() {
            seen += counts[index]
            if seen >= half { return bound }
        }
        return bounds.last ?? 0
    }
}
