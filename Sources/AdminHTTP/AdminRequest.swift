import CMicrohttpd

/// What a reader asks for.
public struct AdminRequest: Equatable, Sendable {
    /// `GET`, as it was written.
    public var method: String
    /// From the first slash to the question mark, unescaped.
    public var path: String
    /// What stands behind the question mark, unescaped; of names that are there twice the first.
    public var query: [String: String] = [:]
    /// The headers that mean something here, by their names in lower case.
    public var headers: [String: String] = [:]

    /// A request of tests' own.
    public init(method: String = "GET", path: String, query: [String: String] = [:], headers: [String: String] = [:]) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
    }

    private static let readHeaders = ["host", "authorization", "if-none-match", "last-event-id", "origin"]

    init(_ connection: OpaquePointer?, method: String, path: String) {
        self.method = method
        self.path = path
        for name in Self.readHeaders {
            guard let value = MHD_lookup_connection_value(connection, .HEADER_KIND, name) else { continue }
            headers[name] = String(cString: value)
        }
        withUnsafeMutablePointer(to: &query) { query in
            _ = MHD_get_connection_values(
                connection, .GET_ARGUMENT_KIND,
                { data, _, name, value -> MHD_Result in
                    guard let query = data?.assumingMemoryBound(to: [String: String].self), let name else { return .NO }
                    let key = String(cString: name)
                    if query.pointee[key] == nil { query.pointee[key] = value.map { String(cString: $0) } ?? "" }
                    return query.pointee.count < mostArguments ? .YES : .NO
                }, query)
        }
    }
}

/// Arguments of a request that are read.
private let mostArguments = 16

/// What becomes of a request.
public enum AdminAnswer {
    /// It is answered at once.
    case document(HTTPDocument)
    /// Somebody else finds the answer, and gives it to the `AdminReply`.
    case later((AdminReply) -> Void)
    /// Events follow until one of the two ends it.
    case events(EventStream)
}

/// Who answers. On the loop; it must not wait.
public protocol AdminHandler: AnyObject {
    /// The answer to a request. `HEAD` asks for the same as `GET`; its body is left out.
    func answer(_ request: AdminRequest) -> AdminAnswer
}
