import Testing

@testable import ProxyCore

@Suite("Slot set")
struct SlotSetTests {
    @Test("Holds each of the 256 slots by itself")
    func holdsEachSlot() {
        for slot in UInt8.min...UInt8.max {
            var set = SlotSet()
            set.insert(slot)
            #expect((UInt8.min...UInt8.max).filter { set.contains($0) } == [slot])
            set.remove(slot)
            #expect(set.isEmpty)
        }
    }

    @Test("Slot 0 is given out last, because a rig takes a zero byte for the whole nonce space")
    func zeroIsLast() {
        var taken = SlotSet()
        var order: [UInt8] = []
        while let slot = SlotSet.firstFree(in: taken, and: SlotSet()) {
            order.append(slot)
            taken.insert(slot)
        }
        #expect(order.count == 256)
        #expect(order.last == 0)
        #expect(Set(order).count == 256)
    }

    @Test("A slot in either set is not free")
    func bothSetsCount() {
        var first = SlotSet()
        var second = SlotSet.all
        second.remove(70)
        second.remove(200)
        first.insert(70)
        #expect(SlotSet.firstFree(in: first, and: second) == 200)
        #expect(SlotSet.firstFree(in: .all, and: SlotSet()) == nil)
    }
}
