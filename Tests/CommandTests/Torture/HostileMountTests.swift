import DashScopeSimulator
import Foundation
import RenderTestSupport
import Testing

extension Torture {
    /// The folders on other file systems, with other users' files and with calls that fail or lie; killed where a drop is in two
    /// places at once.
    @Suite struct HostileMountTests {
        @Test func `on hostile mounts nothing is lost, nothing is paid twice, nothing half-done shows`() async throws {
            let only = ProcessInfo.processInfo.environment["TORTURE_ONLY"]
            let combinations = MountCombination.all.filter { one in
                only.map { one.name.contains($0) } ?? (Torture.isLong || one.isShort)
            }
            let needs = Set(combinations.compactMap(Self.hindrance))
            if !needs.isEmpty { try Test.cancel("\(needs.sorted().joined(separator: "; "))") }
            #expect(!combinations.isEmpty)
            let begin = ContinuousClock.now
            var results: [Int: MountBench.Report] = [:]
            try await withThrowingTaskGroup(of: (Int, MountBench.Report).self) { group in
                for (number, one) in combinations.enumerated() {
                    if number >= 3, let (number, report) = try await group.next() { results[number] = report }
                    group.addTask {
                        let report = await Self.torture(one, seed: Torture.seed &+ UInt64(number))
                        if Torture.isLong { Torture.say(Self.line(one, report)) }
                        return (number, report)
                    }
                }
                for try await (number, report) in group { results[number] = report }
            }
            let reports = combinations.indices.compactMap { results[$0] }
            Torture.say(Self.figures(combinations, reports, ContinuousClock.now - begin))
            for (one, report) in zip(combinations, reports) {
                for fault in report.faults.prefix(5) { Issue.record("\(one.name): \(fault)") }
            }
            if Torture.isLong, only == nil { #expect(reports.reduce(0) { $0 + $1.kills } >= 200) }
        }

        private static func hindrance(_ one: MountCombination) -> String? {
            for kind in one.mounts.values { if let reason = kind.hindrance { return reason } }
            if one.isSecondUser, let reason = SecondUser.hindrance { return reason }
            if one.drop == .samba, let reason = SambaShare.hindrance { return reason }
            return HostileCalls.hindrance
        }

        private static func torture(_ one: MountCombination, seed: UInt64) async -> MountBench.Report {
            var options = SimulatorOptions()
            options.speed = 400
            options.limits = false
            do {
                return try await Simulator(options: options).withRunning { simulator in
                    let bench = try MountBench(one, simulator, seed: seed)
                    do {
                        try await bench.prepare()
                        try await torture(one, bench)
                    } catch {
                        bench.fault("\(error)")
                    }
                    try bench.close()
                    return bench.report
                }
            } catch {
                var report = MountBench.Report()
                report.faults = ["\(error)"]
                return report
            }
        }

        private static func torture(_ one: MountCombination, _ bench: MountBench) async throws {
            switch one.trouble {
            case .kills:
                let kills = Torture.figure("TORTURE_MOUNT_KILLS", short: 3, long: 10)
                // Where drops wait, nothing is copied. In short some combinations do not reach the window often enough.
                for _ in 0..<kills * 6 where (one.waits ? bench.report.kills : bench.report.between) < kills {
                    if !Torture.isLong, bench.report.kills >= 3 * kills { break }
                    // Few, so that the last run does not take long; a kill leaves some for the next.
                    for _ in 0..<(bench.jobs.count < 12 ? 2 : 1) { try bench.drop() }
                    try await bench.kill()
                    try bench.checkPaid(nil)
                }
                if Torture.isLong, !one.waits, bench.report.between < kills {
                    bench.fault("only \(bench.report.between) kills fell between copy and removal")
                }
            case .eachCall(let action, let calls):
                // In full every call of a run with one new job, until a run has no further one. What a failed call left is
                // finished first, so that its calls are not counted.
                let most = Torture.figure("TORTURE_CALLS", short: 4, long: 1000)
                var k = 1
                for _ in 0..<most {
                    try bench.drop()
                    guard try await bench.fail(at: k, action: action, calls: calls) else { break }
                    if !bench.undelivered.isEmpty { try await bench.run() }
                    k += Torture.isLong ? 1 : max(2, k)
                }
            }
            try await rest(one, bench)
        }

        /// Without any more trouble it comes to its end, and stays there.
        private static func rest(_ one: MountCombination, _ bench: MountBench) async throws {
            if bench.jobs.isEmpty { try bench.drop() }
            for _ in 0..<3 { if try await bench.run().code == 0 { break } }
            bench.checkKept()
            if one.waits {
                try bench.checkPaid(0)
                bench.checkWaiting()
                try bench.lift()
            }
            let last = try await bench.run()
            if last.code != 0 { bench.fault("the last run ended with \(last.code): \(last.error.suffix(800))") }
            // Whatever still lies in the inbox is not taken again.
            try await bench.run()
            bench.checkKept()
            bench.checkVisible()
            bench.checkDelivered()
            try bench.checkPaid(1)
        }

        private static func line(_ one: MountCombination, _ report: MountBench.Report) -> String {
            let codes = report.codes.sorted { $0.key < $1.key }.map { "\($0.key)×\($0.value)" }
            return "  \(one.name): \(report.kills) kills, \(report.between) of them with the drop in both places; "
                + "\(report.faultsMet) failed calls; \(report.starts) starts, \(report.paid) paid; "
                + "\(report.faults.count) faults; ends \(codes.joined(separator: " "))"
        }

        private static func figures(
            _ combinations: [MountCombination], _ reports: [MountBench.Report], _ time: Duration
        ) -> String {
            let lines = zip(combinations, reports).map(line)
            func sum(_ value: KeyPath<MountBench.Report, Int>) -> Int { reports.reduce(0) { $0 + $1[keyPath: value] } }
            return """
                torture, hostile mounts: TORTURE_SEED=\(Torture.seed), \(combinations.count) combinations in \
                \(time.components.seconds) s; \(sum(\.kills)) kills, \(sum(\.between)) of them with the drop in both \
                places, \(sum(\.faultsMet)) failed calls, \(sum(\.paid)) paid
                \(lines.joined(separator: "\n"))
                """
        }
    }
}
