/// What a path of the admin port leads to.
enum AdminRoute: Hashable {
    /// A file of the page, by its name.
    case page(String)
    /// Whether the process lives.
    case health
    /// Whether the proxy can do its work.
    case ready
    /// The document of `status --json`.
    case state
    /// Every rig.
    case rigs

    /// Whether a reader has to show the token. The page asks for it, so it comes without.
    var needsToken: Bool {
        switch self {
        case .page, .health, .ready: false
        case .state, .rigs: true
        }
    }

    /// The route of `path`; nil where nothing is.
    init?(_ path: String) {
        switch path {
        case "/": self = .page("index.html")
        case "/healthz": self = .health
        case "/readyz": self = .ready
        case "/api/v1/state": self = .state
        case "/api/v1/rigs": self = .rigs
        default:
            guard path.hasPrefix("/"), !path.dropFirst().contains("/") else { return nil }
            self = .page(String(path.dropFirst()))
        }
    }
}
