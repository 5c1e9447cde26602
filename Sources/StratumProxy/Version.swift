/// Which release this is.
enum Version {
    /// The version that is shown to operators, rigs and pools; scripts/package reads it here, too.
    static let current = "0.1.0"
}
