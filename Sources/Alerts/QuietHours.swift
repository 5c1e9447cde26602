/// The hours in which only what hurries is sent, by the clock on the wall: `22:00-07:00`.
public struct QuietHours: Equatable, Sendable, CustomStringConvertible {
    /// Minutes of a day.
    public static let day = 1_440

    /// Minutes since midnight: the first of them, and the first after them.
    private let begin: Int
    private let end: Int

    /// Nil for what is no such text, and for no time at all.
    public init?(_ text: String) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.minute)
        guard ends.count == 2, let begin = ends[0], let end = ends[1], begin != end else { return nil }
        self.begin = begin
        self.end = end
    }

    /// Whether the minute of the day is one of them; over midnight where they end before they begin.
    public func contains(minute: Int) -> Bool {
        begin < end ? (begin..<end).contains(minute) : minute >= begin || minute < end
    }

    /// As it is written.
    public var description: String { "\(Self.text(begin))-\(Self.text(end))" }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) }), parts[1].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour <= 23, minute <= 59
        else { return nil }
        return hour * 60 + minute
    }

    /// `07:05`.
    public static func text(_ minute: Int) -> String {
        let (hour, rest) = (minute / 60, minute % 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
    }
}
