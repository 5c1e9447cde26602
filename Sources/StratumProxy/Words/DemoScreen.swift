import ProxyCore
import ProxyTerms
import SplitScheduler

/// The demo on a terminal: rigs, pools, the window, the plan and what has happened last, on one screen.
struct DemoScreen {
    let snapshot: Snapshot
    let rigs: [RigSnapshot]
    /// Windows that have ended, of so many.
    let windows: (done: Int, all: Int)
    /// The newest last.
    let events: [(level: LogLevel, text: String)]
    let now: Instant

    /// The screen's least size.
    static let fewest = (columns: 60, rows: 24)
    private static let mostRigs = 5
    private static let indent = 9

    /// As many lines as fit `columns` × `rows`, one row left for the cursor.
    func lines(columns: Int, rows: Int, hasColors: Bool) -> [String] {
        let paint = Paint(isOn: hasColors)
        var lines = [
            paint.bold(cut("stratum-proxy demo: simulated pools and rigs, nothing leaves this machine", columns)), "",
        ]
        lines += window(columns, paint)
        lines += field("Now", snapshot.whereabouts(at: now), columns, most: 1, paint)
        lines += field("Plan", snapshot.plan?.reason ?? "none yet", columns, most: 2, paint)
        lines.append("")
        lines += pools(columns, paint)
        lines.append("")
        lines += rigLines(columns, paint)
        lines.append("")
        let room = max(1, rows - 1 - lines.count)
        let last = events.suffix(room).map { paint.level(cut($0.text, columns), $0.level) }
        return Array((lines + last).prefix(rows - 1))
    }

    /// Whether it can be shown there.
    static func fits(_ terminal: Terminal) -> Bool {
        (terminal.columns ?? 0) >= fewest.columns && (terminal.rows ?? 0) >= fewest.rows
    }

    private func cut(_ text: String, _ columns: Int) -> String { TextLayout.cut(text, columns) }

    private func field(_ name: String, _ text: String, _ columns: Int, most: Int, _ paint: Paint) -> [String] {
        var rows = TextLayout.rows(text, width: columns - Self.indent, most: most)
        while rows.count < most { rows.append("") }
        return rows.enumerated().map { index, row in
            (index == 0 ? paint.bold(pad(name, Self.indent)) : pad("", Self.indent)) + row
        }
    }

    private func pad(_ text: String, _ width: Int) -> String { TextLayout.padded(text, width) }

    // MARK: The window

    /// The window as a bar: `=` is p2pool's part, `#` XvB's, `|` is now.
    private func window(_ columns: Int, _ paint: Paint) -> [String] {
        let length = max(1, snapshot.windowEnd.seconds(since: snapshot.windowStart))
        let elapsed = min(length, max(0, now.seconds(since: snapshot.windowStart)))
        let number = "\(min(windows.done + 1, windows.all)) of \(windows.all) "
        let clock = " \(Quantity.seconds(elapsed.rounded(.down))) of \(Quantity.seconds(length)) s"
        let width = max(10, columns - Self.indent - number.count - clock.count)
        let place = min(width - 1, Int(elapsed / length * Double(width)))
        let slice = snapshot.plan.map { max(0, length - Double($0.switchSecond)) } ?? 0
        let border = width - Int((slice / length * Double(width)).rounded())
        let bar = (0..<width).map { column in
            let isXvB = column >= border
            if column == place { return paint.bold("|") }
            return paint.upstream(isXvB ? "#" : "=", isXvB ? .xvb : .p2pool)
        }.joined()
        let parts =
            paint.upstream("= p2pool \(Quantity.seconds(length - slice)) s", .p2pool) + "   "
            + paint.upstream("# XvB \(Quantity.seconds(slice)) s", .xvb)
        return [
            paint.bold(pad("Window", Self.indent)) + number + bar + clock,
            pad("", Self.indent) + parts,
        ]
    }

    // MARK: Pools and rigs

    private func pools(_ columns: Int, _ paint: Paint) -> [String] {
        let head = pad("Pools", Self.indent) + "connections   rigs   routed      accepted  late  stale  refused"
        return [paint.bold(cut(head, columns))]
            + Upstream.allCases.map { upstream in
                let pool = snapshot.upstreams[upstream]
                let counts = pool.counts
                let state = pool.readyLanes > 0 ? "\(pool.readyLanes) up" : "down"
                let row =
                    pad(upstream.name, Self.indent) + pad(state, 14) + pad("\(pool.miningRigs)", 7)
                    + pad(Quantity.hashrate(pool.routed.tenMinutes), 12) + pad("\(counts.accepted)", 10)
                    + pad("\(counts.late)", 6) + pad("\(counts.stale)", 7) + "\(counts.rejected + counts.lost)"
                return paint.upstream(cut(row, columns), upstream)
            }
    }

    private func rigLines(_ columns: Int, _ paint: Paint) -> [String] {
        let online = rigs.filter { $0.departure == nil }.sorted { ($0.name.count, $0.name) < ($1.name.count, $1.name) }
        let head = pad("Rigs", Self.indent) + "mines on      hashrate            accepted  refused  last share"
        let rows = online.prefix(Self.mostRigs).map { rig in
            let row =
                pad(String(Sanitizer.printable(rig.name).prefix(Self.indent - 1)), Self.indent)
                + pad(rig.upstream?.name ?? "waits", 14)
                + pad("\(Quantity.hashrate(rig.rate.hashrate)) ±\(Quantity.percent(rig.rate.error))", 20)
                + pad("\(rig.counts[.accepted])", 10) + pad("\(rig.counts.refusals)", 9)
                + (rig.secondsSinceShare.map { "\(Quantity.duration($0)) ago" } ?? "")
            return rig.upstream.map { paint.upstream(cut(row, columns), $0) } ?? cut(row, columns)
        }
        let more = snapshot.rigs - rows.count
        return [paint.bold(cut(head, columns))] + rows
            + (more > 0 ? [pad("", Self.indent) + "and \(Quantity.count(more, "more rig"))"] : [])
    }
}
