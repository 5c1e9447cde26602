import Glibc
import ProxyTerms

/// A connection of a reader, and how long it has for what it does.
final class AdminConnection {
    /// What is under way on it.
    private enum State {
        /// The head of a request is awaited.
        case reading
        /// An answer is made, or sent.
        case answering(AdminExchange)
        /// Events are sent, for as long as the reader wants.
        case streaming(AdminExchange)
    }

    private let socket: Int32
    private var state = State.reading
    private var deadline: Instant

    init(socket: Int32, deadline: Instant) {
        self.socket = socket
        self.deadline = deadline
    }

    func begins(_ exchange: AdminExchange, until deadline: Instant) {
        state = .answering(exchange)
        self.deadline = deadline
    }

    func streams(_ exchange: AdminExchange) {
        state = .streaming(exchange)
        deadline = .never
    }

    func ends(until deadline: Instant) {
        state = .reading
        self.deadline = deadline
    }

    var isReading: Bool {
        if case .reading = state { true } else { false }
    }

    func isLate(_ now: Instant) -> Bool { deadline <= now }

    /// Has libmicrohttpd find the connection ended. Its descriptor is libmicrohttpd's, so it isn't closed here.
    func end() {
        Glibc.shutdown(socket, Int32(SHUT_RDWR))
        resume()
    }

    /// libmicrohttpd does not look at connections that it has put aside, nor stops while there are any.
    func resume() {
        switch state {
        case .reading: break
        case .answering(let exchange), .streaming(let exchange): exchange.resume()
        }
    }
}

/// The connections of the admin port, the oldest first.
struct AdminConnections {
    private var list: [AdminConnection] = []

    var isEmpty: Bool { list.isEmpty }

    /// Adds a connection; with more than `most` the oldest that has sent no request makes room, else the new one goes.
    mutating func add(_ connection: AdminConnection, most: Int) {
        list.append(connection)
        guard list.count > most else { return }
        (list.first { $0.isReading } ?? connection).end()
    }

    /// Whether so many are let in that others may wait at the door.
    func isCrowded(_ most: Int) -> Bool { list.count + 1 >= most }

    mutating func remove(_ connection: AdminConnection) {
        list.removeAll { $0 === connection }
    }

    /// Ends those whose time is over.
    func endLate(at now: Instant) {
        for connection in list where connection.isLate(now) { connection.end() }
    }

    func resumeAll() {
        for connection in list { connection.resume() }
    }
}
