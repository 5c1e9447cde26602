import Testing

/// The time at the beginning of a line of the log.
enum LoggedTime {
    /// Seconds from one line to a later one, less than a day.
    static func seconds(from first: String, to second: String) throws -> Double {
        let day = 86_400.0
        return (try secondOfDay(second) - secondOfDay(first) + day).truncatingRemainder(dividingBy: day)
    }

    private static func secondOfDay(_ line: String) throws -> Double {
        let parts = line.dropFirst(12).prefix(12).split(separator: ":").compactMap { Double($0) }
        try #require(parts.count == 3, "\(line)")
        return parts[0] * 3_600 + parts[1] * 60 + parts[2]
    }
}
