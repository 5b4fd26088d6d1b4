import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Synchronization
import Testing

/// What a job costs the machine, in counts that are the same on every machine. Times are measured by `make bench`.
@Suite(.timeLimit(.minutes(15))) struct CostTests {
    /// The model's own limits would be measured instead of renderdrop.
    private static let catalogue =
        "models: [{id: qwen-image-2.0, like: qwen-image-2.0, limit: {submits: 1000, per: 1s, running: 1000}}]\n"

    /// Calls of threads that wait for each other or for an answer: how many there are depends on how busy the machine is.
    private static let ofWaiting: Set = [
        "total", "futex", "poll", "epoll_wait", "epoll_pwait", "epoll_ctl", "timerfd_settime", "recvfrom", "read",
        "write",
        "sched_yield", "restart_syscall", "clone3", "mprotect", "madvise", "mmap", "munmap", "brk", "rt_sigprocmask",
    ]

    /// How often each system call was made in a batch of so many jobs.
    private func calls(jobs: Int) async throws -> [String: Int] {
        var options = SimulatorOptions.quick
        options.limits = false
        let calls = Mutex<[String: Int]>([:])
        try await withWorkplace(intake: "settle: 0s", settings: "models: {catalogue: fast.yaml}", options) { place, _ in
            try place.folder.write("studio/fast.yaml", Self.catalogue.utf8)
            for number in 1...jobs {
                try place.drop(
                    "job-\(number).yaml", "prompt: A tin robot\nmodel: qwen-image-2.0\nn: 1\nseed: \(number)\n")
            }
            let counts = place.folder("counts")
            let run = try Child(
                "/usr/bin/env",
                [
                    "strace", "-f", "-qq", "-c", "-U", "calls,name", "-o", counts, Child.renderdrop, "run", "--config",
                    place.root, "--base-url", place.baseURL,
                ], environment: place.environment, folder: place.folder.path, log: place.folder("strace"))
            let ended = try await run.ended(within: .seconds(120))
            #expect(ended.code == 0, "\(ended.error)")
            for line in try String(contentsOfFile: counts, encoding: .utf8).split(separator: "\n") {
                let words = line.split(separator: " ")
                if words.count == 2, let count = Int(words[0]) { calls.withLock { $0[String(words[1])] = count } }
            }
        }
        return calls.withLock { $0 }
    }

    @Test func `a job costs few flushes and system calls`() async throws {
        if let reason = await Torture.SystemCallTests.hindrance() {
            try Test.cancel("needs strace that may trace: \(reason)")
        }
        // What a start costs is in both.
        let (few, many) = (3, 13)
        let growth = try await calls(jobs: many).merging(calls(jobs: few).mapValues(-)) { $0 + $1 }
            .mapValues { Double($0) / Double(many - few) }
        let list = growth.sorted { $0.value > $1.value }.prefix(12).map { "\($0.key) \($0.value)" }
        let flushes = (growth["fsync"] ?? 0) + (growth["fdatasync"] ?? 0)
        // On a disk that keeps the order of names it is one less; a machine that is busy flushes the ledger's log less often.
        #expect(flushes >= 7 && flushes <= 13, "\(flushes) flushes: \(list)")
        let all = growth.filter { !Self.ofWaiting.contains($0.key) }.values.reduce(0, +)
        #expect(all <= 450, "\(all) system calls: \(list)")
    }
}
