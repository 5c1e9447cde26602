import CLoadGenerator
import Glibc

/// What owns a descriptor and hears when it is ready.
protocol Watcher: AnyObject {
    /// The descriptor is ready; `events` are epoll's.
    func ready(_ events: UInt32)
}

/// One epoll instance that carries the fake pools and all fake rigs.
///
/// The generator has its own few lines of epoll rather than the project's EventLoop: what measures must not change with
/// what is measured.
final class Reactor {
    static let input = EPOLLIN.rawValue
    static let output = EPOLLOUT.rawValue

    /// Where every connection reads to.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    private let epoll = epoll_create1(0)
    private var watchers: [(any Watcher)?] = []
    private var events = [epoll_event](repeating: epoll_event(), count: 1024)

    deinit {
        close(epoll)
        buffer.deallocate()
    }

    func watch(_ descriptor: Int32, _ events: UInt32, _ watcher: any Watcher) {
        while watchers.count <= Int(descriptor) { watchers.append(nil) }
        watchers[Int(descriptor)] = watcher
        control(EPOLL_CTL_ADD, descriptor, events)
    }

    func change(_ descriptor: Int32, _ events: UInt32) {
        control(EPOLL_CTL_MOD, descriptor, events)
    }

    func forget(_ descriptor: Int32) {
        watchers[Int(descriptor)] = nil
        control(EPOLL_CTL_DEL, descriptor, 0)
    }

    /// Serves descriptors until `condition` holds.
    ///
    /// - Throws: `BenchError` where it does not hold after so many seconds.
    func run(_ what: String, atMost seconds: Double, until condition: () -> Bool) throws {
        let end = Clock.seconds + seconds
        while !condition() {
            let left = end - Clock.seconds
            guard left > 0 else { throw BenchError("\(what): not within \(Int(seconds)) s") }
            serve(milliseconds: Int32(min(left * 1000 + 1, 1000)))
        }
    }

    /// Serves descriptors for so long.
    func run(seconds: Double) {
        let end = Clock.seconds + seconds
        while Clock.seconds < end { serve(milliseconds: Int32((end - Clock.seconds) * 1000 + 1)) }
    }

    private func serve(milliseconds: Int32) {
        let count = epoll_wait(epoll, &events, Int32(events.count), max(0, milliseconds))
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let event = events[index]
            // A watcher served before may have closed this one.
            watchers[Int(event.data.fd)]?.ready(event.events)
        }
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32) {
        var event = epoll_event(events: events, data: epoll_data_t(fd: descriptor))
        epoll_ctl(epoll, operation, descriptor, &event)
    }
}

/// The monotonic clock, which is the proxy's too.
enum Clock {
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// Why a measurement could not be made.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
