import CLibuv
import Glibc

/// A host name on its way to addresses.
public final class Resolution {
    private var done: ((Result<[SocketAddress], LoopError>) -> Void)?
    private let loop: EventLoop
    private let port: UInt16
    private var request: UnsafeMutablePointer<uv_getaddrinfo_t>?

    fileprivate init(
        _ loop: EventLoop, port: UInt16, done: @escaping (Result<[SocketAddress], LoopError>) -> Void
    ) {
        self.loop = loop
        self.port = port
        self.done = done
    }

    /// Forgets the question: no answer comes after this.
    public func cancel() {
        done = nil
        // Has an effect only while no thread of the pool works on it; either way the callback below comes.
        if let request { uv_cancel(UnsafeMutableRawPointer(request).assumingMemoryBound(to: uv_req_t.self)) }
    }

    fileprivate func start(host: String) {
        let request = UnsafeMutablePointer<uv_getaddrinfo_t>.allocate(capacity: 1)
        request.pointee.data = Unmanaged.passRetained(self).toOpaque()
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        let status = uv_getaddrinfo(
            loop.uv, request,
            { request, status, list in
                guard let request, let data = request.pointee.data else { return }
                let resolution = Unmanaged<Resolution>.fromOpaque(data).takeRetainedValue()
                resolution.request = nil
                request.deallocate()
                resolution.ended(status, list)
                uv_freeaddrinfo(list)
            }, host, nil, &hints)
        if status == 0 {
            self.request = request
        } else {
            // A name too long to be one.
            Unmanaged<Resolution>.fromOpaque(request.pointee.data).release()
            request.deallocate()
            answerLater(.failure(LoopError(status)))
        }
    }

    fileprivate func answerLater(_ answer: Result<[SocketAddress], LoopError>) {
        loop.later { self.answer(answer) }
    }

    private func ended(_ status: Int32, _ list: UnsafeMutablePointer<addrinfo>?) {
        guard status == 0 else { return answer(.failure(LoopError(status))) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let pointer = entry.ai_addr, let address = SocketAddress(pointer)?.with(port: port),
                !addresses.contains(address)
            {
                addresses.append(address)
            }
            next = entry.ai_next
        }
        answer(.success(addresses))
    }

    private func answer(_ answer: Result<[SocketAddress], LoopError>) {
        let done = done
        self.done = nil
        if !loop.isShutDown { done?(answer) }
    }
}

extension EventLoop {
    /// Finds the addresses of `host`, IPv4 and IPv6, in the order the system recommends; a numeric host is its own
    /// address and needs no thread. The answer always comes later, from the loop.
    @discardableResult
    public func resolve(
        host: String, port: UInt16, done: @escaping (Result<[SocketAddress], LoopError>) -> Void
    ) -> Resolution {
        let resolution = Resolution(self, port: port, done: done)
        if let address = SocketAddress(host: host, port: port) {
            resolution.answerLater(.success([address]))
        } else if let addresses = hosts[host] {
            resolution.answerLater(.success(addresses.map { $0.with(port: port) }))
        } else {
            resolution.start(host: host)
        }
        return resolution
    }
}
