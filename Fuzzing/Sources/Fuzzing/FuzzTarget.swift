/// What is fuzzed: each reads bytes that somebody else wrote, and promises more than not to trap.
enum FuzzTarget: String, CaseIterable {
    case rigLine = "rig-line"
    case poolLine = "pool-line"
    case stream
    case core
    case configuration
    case p2poolDocuments = "p2pool-documents"
    case xvbAnswers = "xvb-answers"
    case journal
    case socks5

    /// Runs the target once; ends the process where a promise is broken.
    func check(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .rigLine: RigLineTarget.check(bytes)
        case .poolLine: PoolLineTarget.check(bytes)
        case .stream: StreamTarget.check(bytes)
        case .core: CoreTarget.check(bytes)
        case .configuration: ConfigurationTarget.check(bytes)
        case .p2poolDocuments: P2PoolDocumentsTarget.check(bytes)
        case .xvbAnswers: XvBAnswersTarget.check(bytes)
        case .journal: JournalTarget.check(bytes)
        case .socks5: Socks5Target.check(bytes)
        }
    }
}
