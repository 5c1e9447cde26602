import Foundation
import Testing

/// The tests of a suite run on threads of their own.
///
/// They wait in blocking calls. On the threads that all tests share, of which there are as many as cores, four of them
/// that wait ten seconds for a deadline of the proxy would hold up everything else.
struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        try await withTaskExecutorPreference(Threads.shared) { try await function() }
    }

    /// A bounded number of threads.
    private final class Threads: TaskExecutor {
        static let shared = Threads()
        private let queue: OperationQueue

        init() {
            queue = OperationQueue()
            queue.maxConcurrentOperationCount = 12
        }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.addOperation { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }
}

extension Trait where Self == OwnThreads {
    /// Runs the tests on threads of their own, where they may wait.
    static var ownThreads: OwnThreads { OwnThreads() }
}
