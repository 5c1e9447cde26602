import History
import ProxyTerms
import Store

/// A store with a week of a farm that never rests, for whoever measures how such a one is read: `StoreLoad week PATH UNTIL` writes it
/// and ends. Ten rigs of 24 kH/s together hold VIP in windows of ten minutes.
enum FilledWeek {
    private static let days: Int64 = 7
    private static let rigs = 10
    /// H/s that XvB gets, and seconds of each window in which it gets all of the farm's.
    private static let (farm, tier, slice) = (24_000.0, 10_000.0, 251)

    /// Writes the week that ends at `until`, in seconds since 1970.
    static func write(to path: String, until: Int64) {
        for day in (0..<days).reversed() {
            let end = until - day * 86_400
            let store = Store(path)
            _ = store.restore()
            store.start()
            store.post { rows in
                for minute in stride(from: end - 86_400, to: end, by: 60) { add(minute, to: &rows) }
                for window in stride(from: end - 86_400, to: end, by: 600) { addMarks(window, to: &rows) }
            }
            store.finish()
        }
    }

    private static func add(_ at: Int64, to rows: inout PendingRows) {
        // Luck that is the same each time.
        let luck = Double(at * 2_654_435_761 % 1_000) / 1_000 - 0.5
        var totals = Totals()
        totals.seconds = 60
        totals.xvbSeconds = 25
        totals.rigSeconds = Int64(60 * rigs)
        totals.work.xvb = (tier + 900 * luck) * 60
        totals.work.p2pool = (farm - tier + 2_000 * luck) * 60
        totals.rigWork = totals.work.xvb + totals.work.p2pool
        totals.credited1h = tier * (1.03 + 0.05 * luck)
        totals.credited24h = tier * (1.01 + 0.01 * luck)
        totals.tier = 2
        totals.tierWork = tier
        totals.price = 1.03 + 0.01 * luck
        rows.add(totals, at: at)
        guard at % 600 < 60 else { return }
        for rig in 0..<rigs {
            rows.add(
                RigTotals(work: farm / Double(rigs) * 600, accepted: 12, refused: 0),
                RigTotals.Key(at: at, rig: "rig-\(rig)"))
        }
    }

    private static func addMarks(_ at: Int64, to rows: inout PendingRows) {
        let moves = Row.Moves(moved: rigs, there: 0, waiting: 0, elsewhere: 0)
        let turn = at + 600 - Int64(slice)
        rows.add(.change(at: at * 1_000, planned: at * 1_000, to: .p2pool, moves, text: "as planned"))
        rows.add(.change(at: turn * 1_000, planned: turn * 1_000, to: .xvb, moves, text: "as planned"))
        if at % 6_000 < 600 { rows.add(.share(at: (at + 211) * 1_000, difficulty: 180e6, rig: "rig-3")) }
    }
}
