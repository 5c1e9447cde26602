import COpenSSL
import Glibc

/// What OpenSSL reads from and writes to, once for the whole loop.
///
/// All TLS sessions share one BIO. Its two areas are filled and emptied around each call of OpenSSL, so nothing of a
/// session stays in them: an idle session owns neither a BIO nor a buffer.
final class TLSWorkspace {
    /// The areas, with an address that the BIO's C functions find.
    struct Areas {
        /// Ciphertext from the peer that OpenSSL did not take yet.
        var input: UnsafeRawBufferPointer
        /// Room for ciphertext to the peer.
        let output: UnsafeMutableRawBufferPointer
        /// Bytes of `output` in use.
        var outputCount: Int
    }

    /// The BIO of all sessions.
    let bio: OpaquePointer
    /// Where decrypted bytes are put: the largest TLS record.
    let plaintext: UnsafeMutableRawBufferPointer

    private let areas: UnsafeMutablePointer<Areas>
    private let method: OpaquePointer

    /// Room for any flight of a handshake and for several records; a fuller flight takes several turns.
    static let outputSize = 65_536
    /// The most that one TLS record carries.
    static let recordSize = 16_384

    init() {
        areas = .allocate(capacity: 1)
        areas.initialize(
            to: Areas(
                input: UnsafeRawBufferPointer(start: nil, count: 0),
                output: .allocate(byteCount: Self.outputSize, alignment: 16), outputCount: 0))
        plaintext = .allocate(byteCount: Self.recordSize, alignment: 16)
        guard let method = Self.makeMethod(), let bio = BIO_new(method) else { fatalError("out of memory") }
        self.method = method
        self.bio = bio
        BIO_set_data(bio, areas)
        BIO_set_init(bio, 1)
    }

    deinit {
        BIO_free(bio)
        BIO_meth_free(method)
        areas.pointee.output.deallocate()
        areas.deallocate()
        plaintext.deallocate()
    }

    /// Ciphertext from the peer for the next calls of OpenSSL; what they leave stands here afterwards.
    var input: UnsafeRawBufferPointer {
        get { areas.pointee.input }
        set { areas.pointee.input = newValue }
    }

    /// Empties the output area. The bytes are valid until the next call of OpenSSL.
    func takeOutput() -> UnsafeRawBufferPointer {
        defer { areas.pointee.outputCount = 0 }
        return UnsafeRawBufferPointer(rebasing: areas.pointee.output[..<areas.pointee.outputCount])
    }

    private static func makeMethod() -> OpaquePointer? {
        guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "loop areas") else { return nil }
        BIO_meth_set_read(method) { bio, target, size in
            guard let areas = TLSWorkspace.areas(bio), let target, size > 0 else { return 0 }
            tls_bio_clear_retry(bio)
            let input = areas.pointee.input
            guard let source = input.baseAddress, input.count > 0 else {
                tls_bio_retry_read(bio)
                return -1
            }
            let count = min(Int(size), input.count)
            memcpy(target, source, count)
            areas.pointee.input = UnsafeRawBufferPointer(rebasing: input[count...])
            return Int32(count)
        }
        BIO_meth_set_write(method) { bio, source, size in
            guard let areas = TLSWorkspace.areas(bio), let source, size > 0 else { return 0 }
            tls_bio_clear_retry(bio)
            let free = areas.pointee.output[areas.pointee.outputCount...]
            let count = min(Int(size), free.count)
            guard count > 0, let target = UnsafeMutableRawBufferPointer(rebasing: free).baseAddress else {
                tls_bio_retry_write(bio)
                return -1
            }
            memcpy(target, source, count)
            areas.pointee.outputCount += count
            return Int32(count)
        }
        BIO_meth_set_ctrl(method) { _, command, _, _ in
            command == BIO_CTRL_FLUSH ? 1 : 0
        }
        return method
    }

    private static func areas(_ bio: OpaquePointer?) -> UnsafeMutablePointer<Areas>? {
        BIO_get_data(bio)?.assumingMemoryBound(to: Areas.self)
    }
}
