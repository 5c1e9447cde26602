/// Finds what somebody meant who wrote a name that does not exist.
enum Suggestion {
    /// The candidate that `word` begins, or the one nearest to it; nil where none is near enough to be meant.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let plain = fold(word)
        // A beginning that only one of them has: "warn" is "warning".
        let begun = candidates.filter { plain.count >= 3 && fold($0).starts(with: plain) }
        if begun.count == 1 { return begun[0] }
        let ranked = candidates.map { (name: $0, distance: distance(plain, fold($0))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        // Short names must be nearer than long ones: two of four letters wrong is another word.
        return best.distance <= max(1, plain.count / 3) ? best.name : nil
    }

    /// `maxLanes`, `max_lanes` and `Max-Lanes` are all meant to be `max-lanes`.
    private static func fold(_ word: String) -> [UInt8] {
        word.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
            .map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    /// The number of letters to insert, delete, replace, or swap with their neighbour (optimal string alignment).
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        // A name from a file may be long; nothing that long is near a key.
        guard a.count <= 64, b.count <= 64 else { return .max }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var current = [i + 1]
            for j in 0..<b.count {
                var best = min(last[j + 1] + 1, current[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[b.count]
    }
}
