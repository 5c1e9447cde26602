import EventLoop
import Glibc

/// The new instance's side of a takeover (`Handover` is the other one): gets the sockets, has the old one stop, and waits for its end.
///
/// Rigs that connect meanwhile wait in the sockets. The loop does not run yet, so waiting is no fault.
struct Takeover {
    /// Seconds for the sockets, and for the old one's end: it waits up to five for verdicts, then says farewell to its rigs.
    private static let patience = (sockets: 5, end: 30)

    /// What listens now.
    let sockets: InheritedSockets
    /// Whether the old one has ended: its history is free.
    let hasEnded: Bool

    /// Nil where nobody runs there.
    ///
    /// - Throws: `StartFault` where somebody does and does not hand over.
    init?(at path: String) throws(StartFault) {
        let connection: Int32
        let message: DescriptorMessage
        do throws(LoopError) {
            connection = try LocalListener.connected(to: path, seconds: Self.patience.sockets)
        } catch {
            if ["ENOENT", "ENOTDIR", "ECONNREFUSED"].contains(error.name) { return nil }
            throw StartFault(text: TakeoverWords.cantAsk(path, "\(error)"), name: error.name)
        }
        defer { close(connection) }
        do throws(LoopError) {
            message = try DescriptorMessage(from: connection)
        } catch {
            throw StartFault(text: TakeoverWords.cantAsk(path, "\(error)"), name: error.name)
        }
        sockets = InheritedSockets(message.descriptors)
        guard message.bytes == Handover.greeting else {
            _ = sockets.closeRest()
            throw StartFault(text: TakeoverWords.refused(path))
        }
        guard DescriptorMessage(Handover.answer, []).send(on: connection) else {
            throw StartFault(text: TakeoverWords.refused(path))
        }
        hasEnded = Self.waitForEnd(of: connection)
    }

    private static func waitForEnd(of connection: Int32) -> Bool {
        var poll = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
        let deadline = SuspendClock.millisecondsSinceBoot + Int64(patience.end) * 1000
        while true {
            let left = deadline - SuspendClock.millisecondsSinceBoot
            guard left > 0 else { return false }
            // Nothing more is sent: readable is the end.
            if Glibc.poll(&poll, 1, Int32(left)) > 0 { return true }
        }
    }
}
