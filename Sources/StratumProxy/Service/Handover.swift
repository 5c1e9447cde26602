import EventLoop
import Glibc

/// The proxy's side of a takeover (docs/architecture.md#takeover): hands its ports to an instance that was started beside it, then stops.
///
/// At a socket beside that for `status`, for its owner only: who connects gets the listening sockets in one message. When it
/// answers that it goes on with them, this proxy stops in order; the connection ends with this process, and so tells the other
/// one that the history is free. One that leaves without that answer changes nothing.
final class Handover {
    /// What the message with the sockets says.
    static let greeting = Array("stratum-proxy takeover 1\n".utf8)
    /// What the new instance answers.
    static let answer = Array("go\n".utf8)
    /// Seconds for that answer.
    static let patience = 10.0

    private let loop: EventLoop
    private let sockets: () -> [Int32]
    private let stop: () -> Void
    private var listener: LocalListener?
    /// The instance that is to go on; -1 where none is.
    private var successor: Int32 = -1
    private var poller: Poller?
    private var deadline: LoopTimer?

    /// Waits at `path`. `sockets`: those that listen now. `stop` is called once.
    ///
    /// - Throws: `LoopError` where the path can't be had.
    init(
        _ loop: EventLoop, path: String, sockets: @escaping () -> [Int32], stop: @escaping () -> Void
    ) throws(LoopError) {
        self.loop = loop
        self.sockets = sockets
        self.stop = stop
        listener = try LocalListener(loop, path: path) { [weak self] (connection: Int32) in self?.asked(by: connection)
        }
    }

    /// Whether there is still something where the socket was put.
    var isInPlace: Bool { listener?.isInPlace ?? false }

    /// Nobody can take over any more. Who does already still learns of this process's end by it.
    func close() {
        listener?.close()
        listener = nil
        poller?.close()
        deadline?.close()
    }

    private func asked(by connection: Int32) {
        // One at a time.
        guard successor < 0, DescriptorMessage(Self.greeting, sockets()).send(on: connection) else {
            Glibc.close(connection)
            return
        }
        successor = connection
        do throws(LoopError) {
            poller = try Poller(loop, descriptor: connection) { [weak self] _ in self?.answered() }
            poller?.watch(.readable)
            deadline = try LoopTimer(loop) { [weak self] in self?.forget() }
            deadline?.arm(at: loop.now.adding(seconds: Self.patience))
        } catch {
            forget()
        }
    }

    private func answered() {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = read(successor, &bytes, bytes.count)
        guard count > 0, Array(bytes.prefix(count)) == Self.answer else { return forget() }
        // The connection stays open to the end of this process.
        poller?.close()
        deadline?.close()
        stop()
    }

    private func forget() {
        poller?.close()
        deadline?.close()
        if successor >= 0 { Glibc.close(successor) }
        successor = -1
    }
}
