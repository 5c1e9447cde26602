/// Runs worlds.
public enum Simulator {
    /// What `policy` makes of `world`; the same seed gives the same run.
    public static func run(_ policy: PolicyName, in world: ModelWorld, seed: UInt64) -> SimulationRow {
        let tally: SimulationTally
        switch policy {
        case .ours:
            var simulation = Simulation(world: world, policy: OurPolicy(world: world), seed: seed)
            tally = simulation.run()
        case .draft:
            var simulation = Simulation(world: world, policy: DraftPolicy(world: world), seed: seed)
            tally = simulation.run()
        case .gupaxx:
            var simulation = Simulation(world: world, policy: GupaxxPolicy(world: world), seed: seed)
            tally = simulation.run()
        case .pithead:
            var simulation = Simulation(world: world, policy: PitheadPolicy(world: world), seed: seed)
            tally = simulation.run()
        }
        return SimulationRow(policy, world: world, tally: tally)
    }
}
