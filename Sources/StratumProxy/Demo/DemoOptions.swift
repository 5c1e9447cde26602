import SplitScheduler

/// What a demo is to show.
struct DemoOptions: Equatable, Sendable {
    /// Length of a window in seconds.
    var window = 20
    /// Windows after which it ends by itself.
    var windows = 3
    /// Simulated rigs.
    var rigs = 3
    /// Both pools leave byte 42 to us, so that many rigs share a lane; else XvB's node owns it.
    var opensPools = false
    /// Most lanes to each upstream.
    var maxLanes = 64
    /// How the windows are planned.
    var mode = SplitMode.default
    /// Drives the simulated peers and the proxy's jitter.
    var seed: UInt64 = 1
    /// Where the proxy keeps its journal; nil: a directory that is removed at the end.
    var stateDirectory: String?
    /// The port of this machine that the page is at; nil: nowhere.
    var httpPort: UInt16?
    /// Goes on after the last window until it is told to stop.
    var staysOpen = false
    /// Logs shares, jobs and switches one by one.
    var isVerbose = false

    /// Lengths of a window that leave room for whole seconds of both upstreams.
    static let windowRange = 5...3600
    /// Windows that a demo can have.
    static let windowsRange = 1...1000
    /// Rigs that a demo can have: two sockets each, in one process.
    static let rigsRange = 1...8000
    /// Lanes that a demo can have.
    static let lanesRange = 1...1024
}
