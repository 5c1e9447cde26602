import SplitScheduler

/// What a reader elsewhere can't see of the proxy: its machine, its clock, what its rigs may connect with.
struct Surroundings: Equatable {
    /// Seconds since 1970 at the moment of the report.
    var time = 0.0
    /// The machine's name.
    var host = ""
    /// The wallet, shortened; nil where there is none.
    var wallet: String?
    /// How windows are planned.
    var mode = SplitMode.default
    /// Rigs may connect with TLS.
    var takesTLS = false
    /// SHA-256 of the certificate that rigs see.
    var fingerprint: String?
}
