import EventLoop
import ProxyCore
import ProxyTerms
import Upstreams

/// Measures how long a connection to a pool takes: one packet there and back, or what a SOCKS5 proxy needs for it. Nothing is sent to the
/// pool, and the name's resolution does not count.
final class RoundTrips: StreamHandler {
    /// Seconds after which a pool counts as one that does not answer.
    private static let seconds = 10.0

    /// One that is being measured.
    private final class Trip {
        let endpoint: CoreEndpoint
        var resolution: Resolution?
        var stream: TCPStream?
        var greeting: Socks5Greeting?
        var timer: LoopTimer?
        var startedAt = Instant.start
        var done: ((Double?) -> Void)?

        init(_ endpoint: CoreEndpoint, _ done: @escaping (Double?) -> Void) {
            self.endpoint = endpoint
            self.done = done
        }
    }

    private unowned let loop: EventLoop
    private lazy var kind = StreamKind(loop, handler: self, outputLimit: 4_096)
    private var trips: [UInt64: Trip] = [:]
    private var nextToken: UInt64 = 1

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    /// `done` is called once, from the loop: milliseconds, or nil where no connection was to be had in time.
    func measure(_ endpoint: CoreEndpoint, done: @escaping (Double?) -> Void) {
        let trip = Trip(endpoint, done)
        let token = nextToken
        nextToken += 1
        trips[token] = trip
        trip.timer = try? LoopTimer(loop) { [weak self] in self?.end(token, nil) }
        trip.timer?.arm(at: loop.now.adding(seconds: Self.seconds))
        let next = endpoint.socks5?.endpoint ?? endpoint.endpoint
        trip.resolution = loop.resolve(host: next.host, port: next.port) { [weak self] in self?.resolved(token, $0) }
    }

    private func resolved(_ token: UInt64, _ answer: Result<[SocketAddress], LoopError>) {
        guard let trip = trips[token] else { return }
        trip.resolution = nil
        switch answer {
        case .failure: end(token, nil)
        case .success(let addresses):
            loop.updateNow()
            trip.startedAt = loop.now
            trip.stream = loop.connect(
                to: AddressOrder().sorted(addresses) { $0.isIPv6 }, kind: kind, token: token)
        }
    }

    func connected(_ stream: TCPStream) {
        guard let trip = trips[stream.token] else { return stream.close() }
        guard let proxy = trip.endpoint.socks5 else { return reached(stream.token, trip) }
        // How far the proxy itself is says nothing about the pool.
        loop.updateNow()
        trip.startedAt = loop.now
        let greeting = Socks5Greeting(to: trip.endpoint.endpoint, through: proxy)
        var output: [UInt8] = []
        greeting.begin(into: &output)
        trip.greeting = greeting
        stream.write(output)
    }

    func received(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        guard let trip = trips[stream.token], var greeting = trip.greeting else { return }
        trip.greeting = nil
        var output: [UInt8] = []
        switch greeting.receive(bytes, into: &output) {
        case .goesOn:
            trip.greeting = greeting
            stream.write(output)
        case .open: reached(stream.token, trip)
        case .fault: end(stream.token, nil)
        }
    }

    func secured(_ stream: TCPStream, _ peer: TLSPeer) {}

    func closed(_ stream: TCPStream, _ reason: CloseReason) {
        trips[stream.token]?.stream = nil
        end(stream.token, nil)
    }

    private func reached(_ token: UInt64, _ trip: Trip) {
        loop.updateNow()
        end(token, Double(max(loop.now.milliseconds - trip.startedAt.milliseconds, 0)))
    }

    private func end(_ token: UInt64, _ milliseconds: Double?) {
        guard let trip = trips.removeValue(forKey: token) else { return }
        trip.resolution?.cancel()
        trip.stream?.close()
        trip.timer?.cancel()
        trip.done?(milliseconds)
    }
}
