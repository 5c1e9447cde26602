import CLibuv
import Glibc

/// Bytes with open descriptors beside them, over a socket of this machine (SCM_RIGHTS in unix(7)).
public struct DescriptorMessage {
    /// The bytes.
    public let bytes: [UInt8]
    /// The descriptors, which are the receiver's to close.
    public let descriptors: [Int32]

    /// Descriptors that fit into one message.
    public static let mostDescriptors = Int(LOOP_MOST_DESCRIPTORS)
    /// Bytes that are read of one.
    private static let mostBytes = 4_096

    /// A message to be sent.
    public init(_ bytes: [UInt8], _ descriptors: [Int32]) {
        self.bytes = bytes
        self.descriptors = descriptors
    }

    /// Waits for a message on a connected `socket`, as long as the socket's own patience lasts.
    public init(from socket: Int32) throws(LoopError) {
        var bytes = [UInt8](repeating: 0, count: Self.mostBytes)
        var descriptors = [Int32](repeating: -1, count: Self.mostDescriptors)
        var number = 0
        let count = loop_receive_descriptors(socket, &bytes, bytes.count, &descriptors, &number)
        guard count >= 0 else { throw LoopError(errno: errno) }
        self.init(Array(bytes.prefix(count)), Array(descriptors.prefix(number)))
    }

    /// Sends it without waiting; to `address` where the socket isn't connected.
    ///
    /// - Returns: false where the socket does not take it whole.
    @discardableResult
    public func send(on socket: Int32, to address: (UnsafePointer<sockaddr>, socklen_t)? = nil) -> Bool {
        loop_send_descriptors(
            socket, address?.0, address?.1 ?? 0, bytes, bytes.count, descriptors, descriptors.count) == bytes.count
    }
}
