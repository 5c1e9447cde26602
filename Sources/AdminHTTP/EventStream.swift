import CMicrohttpd

/// A stream of server-sent events to one reader.
///
/// The reader who takes them too slowly is let go when the bound is reached: it comes back, and says what it had last.
public final class EventStream {
    /// Bytes that wait for one reader at most.
    public static let mostPending = 256 << 10

    private var pending: [UInt8] = []
    private var isEnding = false
    private var exchange: AdminExchange?
    private let onEnd: (EventStream) -> Void

    /// A stream that begins with `bytes`. `onEnd` is called when the reader has gone.
    public init(_ bytes: [UInt8], onEnd: @escaping (EventStream) -> Void) {
        pending = bytes
        self.onEnd = onEnd
    }

    /// Adds to what is sent.
    public func send(_ bytes: [UInt8]) {
        guard !isEnding else { return }
        if pending.count + bytes.count > Self.mostPending { return end() }
        pending += bytes
        exchange?.resume()
    }

    /// Ends the stream after what was sent so far.
    public func end() {
        isEnding = true
        exchange?.resume()
    }

    /// The answer that libmicrohttpd reads the stream by.
    func document(for exchange: AdminExchange) -> HTTPDocument? {
        self.exchange = exchange
        exchange.stream = self
        let response = MHD_create_response_from_callback(
            admin_unknown_size(), 8_192,
            { data, _, buffer, most in
                guard let data, let buffer else { return admin_end_of_stream() }
                return Unmanaged<EventStream>.fromOpaque(data).takeUnretainedValue().read(into: buffer, most)
            }, Unmanaged.passRetained(self).toOpaque(),
            { data in
                if let data { Unmanaged<EventStream>.fromOpaque(data).release() }
            })
        return response.map { HTTPDocument(stream: $0, type: "text/event-stream") }
    }

    private func read(into buffer: UnsafeMutablePointer<CChar>, _ most: Int) -> Int {
        guard !pending.isEmpty else {
            if isEnding { return admin_end_of_stream() }
            exchange?.wait()
            return 0
        }
        let count = min(most, pending.count)
        UnsafeMutableRawBufferPointer(start: buffer, count: count).copyBytes(from: pending[..<count])
        pending.removeFirst(count)
        return count
    }

    func closed() {
        isEnding = true
        exchange = nil
        onEnd(self)
    }
}
