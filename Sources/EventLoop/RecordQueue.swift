/// Streams that wait for something, in the order in which they came; each is in one such queue at most, and leaves it in no time from
/// wherever it stands.
struct RecordQueue {
    /// nil where one has left.
    private var records: [UnsafeMutablePointer<StreamRecord>?] = []
    private var head = 0
    /// Streams that wait.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ record: UnsafeMutablePointer<StreamRecord>) {
        if records.count > 2 * count + 64 { rebuild() }
        record.pointee.place = UInt32(records.count)
        records.append(record)
        count += 1
    }

    /// Takes the one that has waited longest.
    mutating func popFirst() -> UnsafeMutablePointer<StreamRecord>? {
        while head < records.count {
            let record = records[head]
            records[head] = nil
            head += 1
            if let record { return taken(record) }
        }
        return nil
    }

    /// Takes the one that came last.
    mutating func popLast() -> UnsafeMutablePointer<StreamRecord>? {
        while records.count > head {
            if let record = records.removeLast() { return taken(record) }
        }
        return nil
    }

    /// Takes out one that is in it.
    mutating func remove(_ record: UnsafeMutablePointer<StreamRecord>) {
        records[Int(record.pointee.place)] = nil
        _ = taken(record)
    }

    private mutating func taken(
        _ record: UnsafeMutablePointer<StreamRecord>
    ) -> UnsafeMutablePointer<StreamRecord> {
        count -= 1
        if count == 0 {
            records.removeAll(keepingCapacity: records.count <= 1024)
            head = 0
        }
        return record
    }

    private mutating func rebuild() {
        records = records[head...].filter { $0 != nil }
        head = 0
        for (place, record) in records.enumerated() { record?.pointee.place = UInt32(place) }
    }
}
