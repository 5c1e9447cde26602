import ProxyCore

/// A rig that keeps the newest job it was sent, and submits nonces of its own range one by one.
struct ScriptedRig {
    let id: RigID
    private var job: [UInt8] = []
    private var range: [UInt8] = []
    private var nonce: UInt32 = 0
    private var request = 1

    init(id: RigID) {
        self.id = id
    }

    /// Bytes came from the proxy.
    mutating func read(_ bytes: ArraySlice<UInt8>) {
        for line in bytes.split(separator: 10) {
            guard let job = Line.member("\"job_id\":\"", of: line), let blob = Line.member("\"blob\":\"", of: line)
            else { continue }
            self.job = Array(job)
            // The nonce's last byte, byte 42 of the blob, is the rig's own.
            range = Array(blob.dropFirst(84).prefix(2))
        }
    }

    /// The line of a share that meets any target.
    mutating func submit() -> [UInt8] {
        nonce += 1
        request += 1
        return Line.submit(request: request, job: job, nonce: Line.hex(nonce).prefix(6) + range)
    }
}
