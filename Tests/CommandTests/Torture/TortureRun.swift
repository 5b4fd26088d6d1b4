import DashScopeSimulator
import Foundation
import LedgerSQLite
import RenderCore

/// One workspace, many jobs and many kills; then a run to the end.
struct TortureRun: Sendable {
    /// At least so many jobs, and exactly so many kills.
    let jobs: Int
    let kills: Int
    let seed: UInt64
    let make: @Sendable (Int, inout Chance) -> TortureJob

    /// What came of it, and what happened on the way.
    struct Report: Sendable {
        var jobs: [TortureJob] = []
        var kills = 0
        var starts = 0
        var moments: [Aftermath.Moment: Int] = [:]
        var triggers: [String: Int] = [:]
        /// Every render that was once between intent and answer when the process died.
        var interrupted: Set<RenderID> = []
        /// Tasks that a process had told of, and that neither ledger nor journal knows after the power cut.
        var forgotten: [String] = []
        var unexpectedEnds: [String] = []
        var lastCode: Int32 = -1
        var lastWords = ""
        var paid = PaidRenders()
        var time = Duration.zero
    }

    /// Drops and kills until so many kills are done, then drops the rest and runs to the end.
    func run(in workplace: TortureWorkplace) async throws -> (report: Report, outcomes: Outcomes, harvest: Harvest) {
        let begin = ContinuousClock.now
        var chance = Chance(seed: seed)
        var report = Report()
        var feed = Feed(jobs, kills: kills, seed: seed &+ 0x70B5, make: make)
        // About as long as a start and one step take; becomes longer or shorter, so that jobs and kills end together.
        var life = 0.4
        var moments: Set<Aftermath.Moment> = []
        while report.kills < kills {
            // Some lie there when it starts, some come while it runs.
            try await feed.drop(into: workplace, atLeast: 0, &chance)
            let child = try workplace.start(chance.happens(0.2) ? "run" : "watch")
            report.starts += 1
            let plan = KillPlan.draw(&chance, life: life, after: moments)
            let isStruck = try await live(child, plan, life: life, workplace) {
                try await feed.drop(into: workplace, atLeast: 1, &chance)
            }
            let ended = try await child.ended()
            workplace.listener.disarm()
            if ended.code == -SIGKILL {
                report.kills += 1
                report.triggers[isStruck ? plan.name : "the end of patience", default: 0] += 1
                if let disk = workplace.disk {
                    try disk.cut()
                    report.forgotten += try await Self.forgotten(of: ended.error, workplace.place)
                }
                let left = try await Aftermath(workplace.place, hadStarted: ended.error.contains(/watching|rendering/))
                moments = left.moments
                for moment in moments { report.moments[moment, default: 0] += 1 }
                report.interrupted.formUnion(left.sending)
                feed.atRest = left.atRest
            } else if ![0, 3, 13].contains(ended.code) {
                report.unexpectedEnds.append("\(ended.code): \(ended.error.suffix(600))")
                guard report.unexpectedEnds.count < 5 else { break }
            }
            life = min(4, max(0.15, life * (feed.isAhead(kills: report.kills) ? 0.92 : 1.06)))
            if report.starts % 50 == 0 { try report.paid.read(workplace.simulator) }
        }
        try await feed.dropRest(into: workplace, &chance)
        // What came while the first was ending is the second's.
        for _ in 1...3 {
            let last = try await workplace.start("run").ended(within: .seconds(600))
            report.starts += 1
            report.lastCode = last.code
            report.lastWords = String(last.error.suffix(1500))
            if !workplace.place.files("inbox").contains(where: { $0.hasSuffix(".yaml") }) { break }
        }
        report.jobs = feed.jobs
        try report.paid.read(workplace.simulator)
        report.time = ContinuousClock.now - begin
        return (report, try await Outcomes(workplace.place), try Harvest(workplace.place))
    }

    /// Lets the process live until the plan ends it, or patience does.
    ///
    /// - Returns: true where it was the plan.
    private func live(
        _ child: Child, _ plan: KillPlan, life: Double, _ workplace: TortureWorkplace,
        _ meanwhile: () async throws -> Void
    ) async throws -> Bool {
        let begin = ContinuousClock.now
        let patience = begin + .seconds(max(0.6, 2 * life))
        let claims = Self.claims(workplace)
        if case .at(let kind, let nth, let delay) = plan {
            workplace.listener.arm(kind, nth: nth, delay: delay, child)
        }
        try await meanwhile()
        var isDue = false
        while !isDue, ContinuousClock.now < patience, !child.hasEnded {
            try await Task.sleep(for: .milliseconds(3))
            switch plan {
            case .after(let time): isDue = ContinuousClock.now >= begin + time
            case .at: isDue = workplace.listener.due.map { $0 <= .now } ?? false
            case .saying(let word, let nth): isDue = child.error.components(separatedBy: ": \(word)").count > nth
            case .claiming: isDue = Self.claims(workplace) > claims
            }
        }
        child.send(SIGKILL)
        // What the listener killed itself may have been seen as ended first.
        return isDue || workplace.listener.due != nil
    }

    /// Tasks that the log tells of, and that are written down nowhere.
    private static func forgotten(of log: String, _ place: Workplace) async throws -> [String] {
        let told = log.matches(of: /: accepted .*task=(\S+)/).map { String($0.1) }
        guard !told.isEmpty else { return [] }
        var known: Set<String> = []
        if let ledger = Aftermath.ledger(of: place) {
            for job in try await ledger.jobs(JobFilter()) {
                for render in try await ledger.renders(of: job.id) {
                    known.formUnion(try await ledger.history(of: render.id)?.tasks.map(\.id.text) ?? [])
                }
            }
            try ledger.close()
        }
        return told.filter { !known.contains($0) }
    }

    private static func claims(_ workplace: TortureWorkplace) -> Int {
        // The workspace is the binary's own; a count that fails to be read is no claim.
        (try? FileManager.default.contentsOfDirectory(atPath: workplace.place("working")).count) ?? 0
    }

    /// The same jobs, undisturbed.
    static func clean(_ jobs: [TortureJob], speed: Double) async throws -> Harvest {
        try await TortureWorkplace.with(speed: speed, isDisturbed: false) { workplace in
            var chance = Chance(seed: 1)
            for job in jobs { try await workplace.drop(job, &chance) }
            let run = try await workplace.start("run").ended(within: .seconds(900))
            guard [0, 3].contains(run.code) else {
                throw Late(description: "the undisturbed run ended with \(run.code): \(run.error.suffix(2000))")
            }
            return try Harvest(workplace.place)
        }
    }
}
