import CRandomX
import Glibc
import ProxyTerms

/// RandomX in light mode: a cache of 256 MiB for each of the last two seeds, and one virtual machine.
///
/// It is used by one thread at a time: by a thread of the pool while the prover waits for it, else by the loop's. Hence
/// `@unchecked Sendable`; `RandomXProver` holds that.
final class RandomXMachine: @unchecked Sendable {
    /// Seeds whose caches are kept: the two upstreams', or the one before and after a change.
    static let mostCaches = 2

    private struct Cache {
        let memory: OpaquePointer
        var key: [UInt8]
        var usedAt: Instant
    }

    private let flags: randomx_flags
    private var caches: [Cache] = []
    private var machine: OpaquePointer?

    /// A machine that holds no memory yet. `jit`: code is made at run time, which is four times as fast; where the system allows
    /// it.
    init(jit: Bool = true) {
        var flags = randomx_get_flags().rawValue
        // A page is never writable and executable at a time.
        let code = RANDOMX_FLAG_JIT.rawValue
        if jit, flags & code != 0, randomx_may_execute_memory() != 0 {
            flags |= RANDOMX_FLAG_SECURE.rawValue
        } else {
            flags &= ~code
        }
        self.flags = randomx_flags(rawValue: flags)
    }

    deinit { removeAll() }

    /// Whether it makes code at run time.
    var isCompiled: Bool { flags.rawValue & RANDOMX_FLAG_JIT.rawValue != 0 }
    /// Caches held, 256 MiB each.
    var cacheCount: Int { caches.count }

    /// The hash of `input` with the seed `key`; nil where there is no memory for it.
    func hash(_ input: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer, now: Instant) -> [UInt8]? {
        guard let cache = cache(for: key, now: now) else { return nil }
        if let machine {
            randomx_vm_set_cache(machine, cache)
        } else {
            machine = randomx_create_vm(flags, cache, nil)
        }
        guard let machine else { return nil }
        return [UInt8](unsafeUninitializedCapacity: ShareClaim.hashBytes) { output, count in
            randomx_calculate_hash(machine, input.baseAddress, input.count, output.baseAddress)
            count = ShareClaim.hashBytes
        }
    }

    private func cache(for key: UnsafeRawBufferPointer, now: Instant) -> OpaquePointer? {
        if let known = caches.firstIndex(where: { $0.key.elementsEqual(key) }) {
            caches[known].usedAt = now
            return caches[known].memory
        }
        let memory: OpaquePointer
        if caches.count >= Self.mostCaches,
            let oldest = caches.indices.min(by: { caches[$0].usedAt < caches[$1].usedAt })
        {
            memory = caches.remove(at: oldest).memory
        } else if let fresh = randomx_alloc_cache(flags) {
            memory = fresh
        } else if let other = caches.popLast() {
            // No memory for a second one.
            memory = other.memory
        } else {
            return nil
        }
        randomx_init_cache(memory, key.baseAddress, key.count)
        caches.append(Cache(memory: memory, key: Array(key), usedAt: now))
        return memory
    }

    /// When `freeIdle` has something to free.
    func nextIdle(after seconds: Double) -> Instant {
        caches.reduce(.never) { min($0, $1.usedAt) }.adding(seconds: seconds)
    }

    /// Gives back the memory of seeds that were not used for so many seconds.
    func freeIdle(after seconds: Double, now: Instant) {
        let idle = caches.filter { $0.usedAt.adding(seconds: seconds) <= now }
        guard !idle.isEmpty else { return }
        // The machine refers to the cache that it used last; it costs 2 MiB and no time to make.
        destroyMachine()
        caches.removeAll { $0.usedAt.adding(seconds: seconds) <= now }
        for cache in idle { randomx_release_cache(cache.memory) }
    }

    /// Gives back all memory.
    func removeAll() {
        destroyMachine()
        for cache in caches { randomx_release_cache(cache.memory) }
        caches = []
    }

    private func destroyMachine() {
        if let machine { randomx_destroy_vm(machine) }
        machine = nil
    }
}
