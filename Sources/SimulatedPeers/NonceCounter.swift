/// Where a miner takes its nonces: a counter that hands out chunks (docs/protocol.md#nonce-chunks).
struct NonceCounter {
    /// Nonces a thread takes at a time.
    static let chunk: UInt64 = 32_768

    /// Byte 42 where the miner sits behind a proxy, which sets it for its jobs.
    var ownByte: UInt8?
    private var next: UInt64 = 0

    init(ownByte: UInt8?) {
        self.ownByte = ownByte
    }

    /// Starts again at 0: the blob has changed.
    mutating func reset() {
        next = 0
    }

    /// The first nonce of the next chunk, nil where they are used up.
    mutating func take(job nonce: UInt32, is24Bit: Bool) -> UInt32? {
        let limit: UInt64 = ownByte != nil || is24Bit ? 1 << 24 : 1 << 32
        guard next < limit else { return nil }
        defer { next += Self.chunk }
        let counter = UInt32(truncatingIfNeeded: next)
        if let ownByte { return UInt32(ownByte) << 24 | counter }
        return is24Bit ? nonce & 0xFF00_0000 | counter : counter
    }
}

/// One mining thread at work on a chunk.
struct MiningThread {
    /// Which of the rig's counters it takes its chunks from.
    var counter: Int
    /// The chunk's first nonce, nil while it has none.
    var chunk: UInt32?
    /// Hashes done in the chunk, 0 ... 32,768.
    var done = 0.0
    /// The next share of the chunk, as its offset in it; nil where there is none.
    var share: UInt32?

    init(counter: Int) {
        self.counter = counter
    }

    /// Looks up the next share at `offset` of the chunk or after it.
    mutating func findShare(from offset: UInt64, job: RigJob) {
        guard let chunk else { return }
        let start = UInt64(chunk)
        let nonces = start + offset..<start + NonceCounter.chunk
        share = job.work.firstShare(in: nonces, below: job.target).map { $0 - chunk }
    }

    /// Hashes until something happens: the next share is complete or the chunk is done.
    var hashesToEvent: Double {
        (share.map { Double($0) + 1 } ?? Double(NonceCounter.chunk)) - done
    }

    /// The nonces searched so far.
    var searched: Range<UInt64>? {
        guard let chunk, done > 0 else { return nil }
        return UInt64(chunk)..<UInt64(chunk) + UInt64(done.rounded(.up))
    }
}
