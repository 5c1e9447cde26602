/// Runs worlds.
public enum Simulator {
    /// What `policy` makes of `world`; the same seed gives the same run.
    public static func run(_ policy: PolicyName, in world: ModelWorld, seed: UInt64) -> SimulationRow {
        SimulationRow(policy, world: world, tally: policy.run(world, seed))
    }
}
