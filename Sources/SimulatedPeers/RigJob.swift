import ProxyTerms
import StrictJSON

/// A job as a rig has taken it.
struct RigJob: Equatable {
    var id: String
    /// The blob's hex digits as sent.
    var blob: String
    var work: SimulatedWork
    /// The nonce bytes as sent, little-endian.
    var nonce: UInt32
    var target: UInt64
    var algorithm: String
    var seedHash: String

    /// The reasons why xmrig hangs up on a job (docs/protocol.md#job-fields).
    enum Fault: String, Error {
        case noJobID = "job without job_id"
        case badBlob = "bad blob"
        case badTarget = "bad target"
        case zeroTarget = "zero target"
        case badAlgorithm = "missing or foreign algorithm"
        case noSeedHash = "missing seed_hash"
    }

    /// Reads a job object as strictly as xmrig does.
    init(_ object: JSONDocument, algorithms: [String]) throws(Fault) {
        guard let id = object["job_id"]?.string else { throw .noJobID }
        guard let blob = object["blob"]?.string, let bytes = Hex.bytes(blob), bytes.count >= 43, bytes.count < 408
        else {
            throw .badBlob
        }
        guard let text = object["target"]?.string, let raw = Hex.bytes(text) else { throw .badTarget }
        switch raw.count {
        case 4:
            // xmrig divides by it unchecked: a zero crashes it.
            let compact = littleEndian(raw)
            guard compact > 0 else { throw .zeroTarget }
            target = .max / (0xFFFF_FFFF / compact)
        case 8: target = littleEndian(raw)
        default: throw .badTarget
        }
        guard target > 0 else { throw .zeroTarget }
        guard let algorithm = object["algo"]?.string, algorithms.contains(algorithm) else { throw .badAlgorithm }
        guard let seedHash = object["seed_hash"]?.string, seedHash.utf8.count == 64, Hex.bytes(seedHash) != nil else {
            throw .noSeedHash
        }
        self.id = id
        self.blob = blob
        self.algorithm = algorithm
        self.seedHash = seedHash
        work = SimulatedWork(blob: bytes)
        nonce = UInt32(truncatingIfNeeded: littleEndian(bytes[39..<43]))
    }
}
