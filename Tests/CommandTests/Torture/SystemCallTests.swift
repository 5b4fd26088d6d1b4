import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

extension Torture {
    /// One job of two pictures, killed at the k-th flush, rename and send, for every k.
    ///
    /// strace counts an injected fault for each thread, and our work wanders between threads. So it only holds every such call
    /// for a moment after it has returned, and the kill comes from here, at the k-th line of its log.
    @Suite struct SystemCallTests {
        enum Kind: String, CaseIterable, Sendable {
            case flush, rename, send

            var calls: String {
                switch self {
                case .flush: "fsync,fdatasync"
                case .rename: "rename,renameat,renameat2,link,linkat"
                case .send: "sendto,sendmsg"
                }
            }
        }

        private static let job = "prompt: A tin robot\nmodel: wan2.2-t2i-flash\nsize: 512*512\nn: 2\nseed: 7\n"
        private static let outputs = ["robot/robot-1.png", "robot/robot-2.png", "robot/robot.json"]

        private struct Result: Sendable {
            /// Nil: the job was done before its k-th call.
            var wasKilled = true
            var isUndecided = false
            var faults: [String] = []
        }

        @Test(arguments: Kind.allCases) func `killed at the k-th of its kind, it is rendered once`(kind: Kind)
            async throws
        {
            if let reason = await Self.hindrance() { try Test.cancel("needs strace that may trace: \(reason)") }
            let begin = ContinuousClock.now
            var results: [Int: Result] = [:]
            var next = 1
            let width = Torture.isLong ? 3 : 2
            // A few at a time, until one of them ends by itself before its call comes.
            while !results.values.contains(where: { !$0.wasKilled }), next < 1000 {
                try await withThrowingTaskGroup(of: (Int, Result).self) { group in
                    for k in next..<next + width { group.addTask { (k, try await Self.torture(kind, at: k)) } }
                    for try await (k, result) in group { results[k] = result }
                }
                // In short, a few of them, the first and ever wider apart.
                next += Torture.isLong ? width : max(width, next * 2)
            }
            let faults = results.sorted { $0.key < $1.key }.flatMap { k, result in
                result.faults.map { "\(kind.rawValue) \(k): \($0)" }
            }
            Torture.say(
                """
                torture, system calls: killed at \(results.values.count { $0.wasKilled }) moments after a \(kind.rawValue) \
                in \((ContinuousClock.now - begin).components.seconds) s; \
                \(results.values.count { $0.isUndecided }) needed a decision, \(faults.count) faults
                """)
            #expect(faults == [])
            #expect(results[1]?.wasKilled == true, "strace saw no \(kind.rawValue)")
        }

        /// Why strace cannot be used here; nil where it can.
        static func hindrance() async -> String? {
            do {
                let place = try TemporaryDirectory("renderdrop-strace")
                let ended = try await Child(
                    "/usr/bin/env", ["strace", "-f", "-qq", "-e", "trace=none", "true"],
                    environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"],
                    folder: place.path, log: place("strace")
                ).ended(within: .seconds(20))
                return ended.code == 0 ? nil : ended.error
            } catch {
                return "\(error)"
            }
        }

        private static func torture(_ kind: Kind, at k: Int) async throws -> Result {
            var options = SimulatorOptions()
            options.speed = 100
            options.limits = false
            return try await Simulator(options: options).withRunning { simulator in
                let place = try Workplace(baseURL: simulator.baseURL)
                guard try await place.command("init", place.root).code == 0 else { throw Late(description: "init") }
                try place.folder.write("studio/watch.yaml", ("intake: {settle: 0s}\n" + Torture.settings).utf8)
                try place.drop("robot.yaml", job)
                let result = try await torture(place, simulator, kind, k)
                try place.close()
                return result
            }
        }

        private static func torture(
            _ place: Workplace, _ simulator: RunningSimulator, _ kind: Kind, _ k: Int
        ) async throws -> Result {
            var result = Result()
            let log = place.folder("strace.log")
            let child = try Child(
                "/usr/bin/env",
                [
                    "strace", "-f", "-qq", "-o", log, "-e", "trace=\(kind.calls)", "-e",
                    "inject=\(kind.calls):delay_exit=30000", Child.renderdrop, "run", "--config", place.root,
                    "--base-url",
                    place.baseURL,
                ], environment: place.environment, folder: place.folder.path, log: place.folder("strace"))
            var seen = 0
            while !child.hasEnded {
                let calls = Self.calls(log, kind)
                seen = calls.count
                if seen >= k, let thread = calls.last {
                    kill(thread, SIGKILL)
                    break
                }
                try await Task.sleep(for: .milliseconds(2))
            }
            let ended = try await child.ended(within: .seconds(60))
            result.wasKilled = ended.code == -SIGKILL
            let left = try await Aftermath(place)

            let run = try await place.run()
            func expect(_ holds: Bool, _ words: String) {
                if !holds { result.faults.append(words) }
            }
            result.isUndecided = run.code == 13
            expect(run.code == 0 || run.code == 13 && !left.sending.isEmpty, "ended with \(run.code): \(run.error)")
            expect(simulator.paidSubmits <= 1, "\(simulator.paidSubmits) paid submits")
            if run.code == 0 {
                expect(simulator.paidSubmits == 1, "nothing was paid for")
                expect(place.files("outbox") == outputs, "the outbox holds \(place.files("outbox"))")
                expect(place.files("archive") == ["robot/journal.jsonl", "robot/robot.yaml"], "the archive")
                expect(place.files("working") + place.files("inbox") == [], "something is left")
            } else {
                expect(place.files("outbox") == [], "the outbox holds \(place.files("outbox"))")
                expect(place.files("working").contains { $0.hasSuffix("/robot.yaml") }, "the job file is not at work")
            }
            return result
        }

        /// The thread of each call that has returned, in order. The one byte that wakes libcurl's own thread is no send.
        private static func calls(_ log: String, _ kind: Kind) -> [Int32] {
            let text = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
            return text.split(separator: "\n").compactMap { line in
                guard let equals = line.range(of: " = ", options: .backwards),
                    let result = Int(line[equals.upperBound...].prefix { $0.isNumber }),
                    kind != .send || result > 1
                else { return nil }
                return Int32(line.prefix { $0.isNumber })
            }
        }
    }
}
