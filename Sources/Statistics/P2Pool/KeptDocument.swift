import ProxyTerms
import StrictJSON

/// A document that the shell got hold of.
public struct FoundDocument: Sendable {
    /// When it was last written, in Unix seconds; nil where that is not known (HTTP without Last-Modified).
    public var modified: Double?
    /// What the wall clock shows now, in Unix seconds.
    public var wallClock: Double

    /// A document written at `modified`, read at `wallClock`.
    public init(modified: Double?, wallClock: Double) {
        self.modified = modified
        self.wallClock = wallClock
    }
}

/// One document as last read, and its last good content.
struct KeptDocument<Value: Sendable>: Sendable {
    var health = FileHealth.unread
    private(set) var value: Value?
    /// When the last good content was written.
    private(set) var writtenAt: Instant = .start
    /// When the last good content was read first: it can't have been written later, whatever its file's clock says.
    private(set) var seenAt: Instant = .start
    /// Tells the same content from new content where there is no time of writing.
    private var fingerprint: UInt64 = 0

    /// Seconds since the last good content was written.
    func age(now: Instant) -> Double {
        max(0, now.seconds(since: writtenAt))
    }

    /// How the document is, where it must not be older than `bound` seconds.
    func health(bound: Double, now: Instant) -> FileHealth {
        guard health == .good else { return health }
        let age = age(now: now)
        return age > bound ? .stale(age) : .good
    }

    /// Reads new content. One written more than `latestAhead` seconds in the future is refused.
    /// - Returns: whether it is good; if not the last good content stays.
    @discardableResult
    mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ found: FoundDocument, now: Instant, latestAhead: Double,
        _ read: (JSONDocument) throws(DocumentFault) -> Value
    ) -> Bool {
        guard bytes.count <= P2PoolFile.longest else { return refuse(.failed(.tooLarge)) }
        guard !bytes.isEmpty else { return refuse(.empty) }
        let fingerprint = bytes.fingerprint
        let isSame = fingerprint == self.fingerprint && value != nil
        var writtenAt = isSame ? self.writtenAt : now
        if let modified = found.modified {
            let age = found.wallClock - modified
            guard age.isFinite, age >= -latestAhead else { return refuse(.inFuture(-age)) }
            // Older than the loop's clock can say is old enough.
            writtenAt = now.adding(seconds: -min(max(0, age), 1e9))
        }
        do throws(JSONFault) {
            let document = try JSONDocument(bytes)
            do throws(DocumentFault) {
                value = try read(document)
            } catch {
                return refuse(error.health)
            }
        } catch {
            return refuse(.broken(error.code))
        }
        self.writtenAt = writtenAt
        if !isSame { seenAt = now }
        self.fingerprint = fingerprint
        health = .good
        return true
    }

    private mutating func refuse(_ health: FileHealth) -> Bool {
        self.health = health
        return false
    }
}
