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
        "{\"world\":\"\(world.name)\",\"hashrate\":\(HumanText.decimal(world.hashrate, 0)),\"tier\":\"\(world.tier.key)\""
            + ",\"xvb_share_difficulty\":\(HumanText.decimal(world.xvbShare, 0)),\"sidechain\":\"\(world.sidechain.name)\""
            + ",\"days\":\(HumanText.decimal(world.days, 2)),\"rows\":\(json)}"
    }

    /// The table for people: a line about the world, the heads of the columns, the rows.
    public var lines: [String] {
        let figures =
            "\(HumanText.hashrate(world.hashrate)), tier \(world.tier.key), XvB shares of "
            + "\(HumanText.decimal(world.xvbShare / 1_000, 0))k, \(world.sidechain.name), \(HumanText.decimal(world.days, 0)) days"
        let heads = ["policy", "1 h < tier", "24 h < tier", "sent", "no share", "promised", "switches/h", "lost"]
        return ["\(world.name): \(world.summary) (\(figures))", Self.line(heads)]
            + rows.map { Self.line(Self.cells($0)) }
    }

    private static func cells(_ row: SimulationRow) -> [String] {
        func percent(_ value: Double, _ digits: Int) -> String { HumanText.decimal(value, digits) + " %" }
        return [
            row.policy.rawValue, percent(row.below1hPercent, 3), percent(row.below24hPercent, 2),
            HumanText.decimal(row.sentRatio, 3) + " x", percent(row.noSharePercent, 2),
            row.promisedNoSharePercent.map { percent($0, 2) } ?? "-", HumanText.decimal(row.switchesPerHour, 1),
            percent(row.lostPercent, 2),
        ]
    }

    private static func line(_ cells: [String]) -> String {
        cells.enumerated().map { index, cell in
            let blanks = String(repeating: " ", count: max(0, (index == 0 ? 9 : 12) - cell.count))
            return index == 0 ? cell + blanks : blanks + cell
        }.joined()
    }
}
