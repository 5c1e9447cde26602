import CMicrohttpd

/// One request and its answer, from the first byte of its head to the last of the answer.
final class AdminExchange {
    let connection: OpaquePointer
    private let server: AdminServer
    /// Bytes of a body, which nobody reads.
    var bodyBytes = 0
    private var hasBegun = false
    /// The answer, once it is known.
    private(set) var answer: HTTPDocument?
    /// libmicrohttpd has put the connection aside until the answer is there.
    private(set) var isWaiting = false
    /// libmicrohttpd has done with it.
    private(set) var isOver = false
    /// The events that it hears.
    var stream: EventStream?

    init(_ connection: OpaquePointer, _ server: AdminServer) {
        self.connection = connection
        self.server = server
    }

    /// Whether somebody has yet to be asked for the answer; once.
    func begin() -> Bool {
        defer { hasBegun = true }
        return !hasBegun
    }

    /// Has the answer, which is sent when libmicrohttpd comes back to the connection.
    func answer(_ document: HTTPDocument) {
        guard answer == nil, !isOver else { return }
        answer = document
        resume()
    }

    /// Puts the connection aside.
    func wait() {
        guard !isWaiting, !isOver else { return }
        isWaiting = true
        MHD_suspend_connection(connection)
    }

    /// Takes it up again.
    func resume() {
        guard isWaiting, !isOver else { return }
        isWaiting = false
        MHD_resume_connection(connection)
        server.runSoon()
    }

    func end() {
        isOver = true
        isWaiting = false
        stream?.closed()
        stream = nil
    }
}

/// Takes the answer to a request that was not answered at once.
public struct AdminReply {
    let exchange: AdminExchange

    /// Sends the answer. The first one counts; a reader who has gone gets none.
    public func send(_ document: HTTPDocument) {
        exchange.answer(document)
    }
}
