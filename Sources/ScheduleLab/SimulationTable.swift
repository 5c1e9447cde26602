import ProxyTerms
import SplitScheduler
import StrictJSON

/// The rows of one world, and how they are written.
public struct SimulationTable: Equatable, Sendable {
    /// The world that they were made in.
    public var world: ModelWorld
    /// One row a policy, in the order asked for.
    public var rows: [SimulationRow]

    /// A table.
    public init(world: ModelWorld, rows: [SimulationRow]) {
        self.world = world
        self.rows = rows
    }

    /// The rows as one JSON array.
    public var json: String {
        "[" + rows.map(\.json).joined(separator: ",") + "]"
    }

    /// The table as a JSON object with the world's name and figures.
    public var jsonWithWorld: String {
        var json = JSONObject()
        json.set("world", world.name)
        json.set("hashrate", Quantity.rounded(world.hashrate, 0))
        json.set("tier", world.tier.key)
        json.set("xvb_share_difficulty", Quantity.rounded(world.xvbShare, 0))
        json.set("sidechain", world.sidechain.name)
        json.set("days", Quantity.rounded(world.days, 2))
        json.objects("rows", rows) { json, row in row.fill(&json) }
        return json.text
    }

    /// The world with its figures.
    private var heading: String {
        let tier = world.choosesTier ? "chosen" : world.tier.key
        let cycle = world.settings.cycle.map { ", cycles of \($0) s" } ?? ""
        return "\(world.name): \(world.summary) (\(Quantity.hashrate(world.hashrate)), tier \(tier), XvB shares of "
            + "\(Quantity.decimal(world.xvbShare / 1_000, 0))k, \(world.sidechain.name), "
            + "\(Quantity.decimal(world.days, 0)) days\(cycle))"
    }

    /// The table for people: a line about the world, the heads of the columns, the rows.
    public var lines: [String] {
        let columns = SimulationColumn.columns(for: world)
        return [heading, Self.line(columns.map(\.head), columns)]
            + rows.map { row in Self.line(columns.map { $0.cell(row) }, columns) }
    }

    /// The head of a table that has a row a world, in Markdown.
    public static func markdownHead(_ policies: [PolicyName]) -> [String] {
        [
            "| world | " + policies.map(\.rawValue).joined(separator: " | ") + " |",
            "|---|" + String(repeating: "---|", count: policies.count),
        ]
    }

    /// The world and its rows as one row of that table.
    public var markdown: String {
        "| \(heading) | " + rows.map(figures).joined(separator: " | ") + " |"
    }

    /// What matters of a row in this world: time below, 1 h and 24 h, and the work sent; where the tier is chosen, how long one was
    /// held. And the price, and for how long p2pool's window had no share of ours, where a policy promises something of that.
    private func figures(_ row: SimulationRow) -> String {
        func percent(_ value: Double) -> String {
            Quantity.decimal(value, value < 0.0995 ? 3 : value < 0.995 ? 2 : 1)
        }
        var text =
            world.choosesTier
            ? "\(Quantity.decimal(row.heldHours, 1)) h, \(Quantity.decimal(row.worthHashrate / 1_000, 2)) kH/s held"
            : "\(percent(row.below1hPercent)) / \(percent(row.below24hPercent)) % at \(Quantity.decimal(row.sentRatio, 3))"
        text += ", price " + SimulationColumn.price(row.price)
        if world.tellsShares, let promised = row.promisedNoSharePercent {
            text += ", no share \(percent(row.noSharePercent)) of \(percent(promised)) %"
        }
        if world.tellsRounds, row.survivalPercent.count > 1 {
            text += ", \(Quantity.decimal(row.survivalPercent[1], 1)) % survive"
        }
        if world.jobs != nil, let whole = row.wholeSlicesPercent { text += ", \(Quantity.decimal(whole, 1)) % whole" }
        return text
    }

    private static func line(_ cells: [String], _ columns: [SimulationColumn]) -> String {
        zip(cells, columns).enumerated().map { index, pair in
            let blanks = String(repeating: " ", count: max(0, pair.1.width - pair.0.count))
            return index == 0 ? pair.0 + blanks : blanks + pair.0
        }.joined()
    }
}

/// One column of the table.
struct SimulationColumn {
    let head: String
    let width: Int
    let cell: @Sendable (SimulationRow) -> String

    init(_ head: String, width: Int? = nil, _ cell: @escaping @Sendable (SimulationRow) -> String) {
        self.head = head
        self.width = width ?? max(10, head.count + 2)
        self.cell = cell
    }

    /// What tells something of `world`: what every world has, and what it was made for.
    static func columns(for world: ModelWorld) -> [SimulationColumn] {
        var columns = [
            SimulationColumn("policy", width: 8) { $0.policy.rawValue },
            SimulationColumn("1 h < tier") { percent($0.below1hPercent, 3) },
            SimulationColumn("24 h < tier") { percent($0.below24hPercent, 2) },
            SimulationColumn("sent") { Quantity.decimal($0.sentRatio, 3) + " x" },
            SimulationColumn("price") { price($0.price) },
            SimulationColumn("held/day", width: 11) { Quantity.decimal($0.heldHours, 1) + " h" },
            SimulationColumn("dips/day") { Quantity.decimal($0.dipsPerDay, 2) },
            SimulationColumn("no share") { percent($0.noSharePercent, 2) },
            SimulationColumn("promised") { $0.promisedNoSharePercent.map { percent($0, 2) } ?? "-" },
            SimulationColumn("moves/h") { Quantity.decimal($0.switchesPerHour, 1) },
        ]
        if world.choosesTier {
            columns.append(SimulationColumn("donor held") { percent($0.held(.donor), 1) })
            columns.append(SimulationColumn("for nothing") { percent($0.forNothingPercent, 1) })
        }
        if world.jobs != nil {
            columns.append(SimulationColumn("slices whole") { $0.wholeSlicesPercent.map { percent($0, 1) } ?? "-" })
        }
        if world.tellsRounds {
            columns.append(
                SimulationColumn("survive 1/60/300 s") { row in
                    let survival = row.survivalPercent.map { Quantity.decimal($0, 1) }
                    return survival.isEmpty ? "-" : survival.joined(separator: "/") + " %"
                })
        }
        columns.append(SimulationColumn("lost") { percent($0.lostPercent, 2) })
        return columns
    }

    private static func percent(_ value: Double, _ digits: Int) -> String {
        Quantity.decimal(value, digits) + " %"
    }

    /// A price; "never" where it was paid and nothing was held.
    static func price(_ price: Double?) -> String {
        guard let price else { return "-" }
        return price < 1_000 ? Quantity.decimal(price, 3) + " x" : "never"
    }
}
