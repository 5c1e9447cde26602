/// Which release this is.
enum Version {
    /// The version that is shown to operators, rigs and pools.
    static let current = "0.1.0"
}
