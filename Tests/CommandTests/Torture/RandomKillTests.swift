import Foundation
import RenderCore
import Testing

extension Torture {
    /// The real binary, killed at random moments, again and again, until everything is done.
    @Suite struct RandomKillTests {
        @Test
        func `asynchronous jobs: nothing is lost or doubled, and the outbox is that of a clean run`() async throws {
            let kills = Torture.figure("TORTURE_KILLS", short: 50, long: 1000)
            let run = TortureRun(
                jobs: Torture.figure("TORTURE_JOBS", short: 10, long: 200), kills: kills, seed: Torture.seed,
                make: TortureJob.async)
            let (verdict, undecided) = try await tortured(run, speed: 20, "asynchronous")
            verdict.expectSound(kills: kills)
            // Bodies that share a prompt cannot be told apart, and where tasks repeat no prompt, only equal bodies can be: the
            // table of lost tasks says that a person is asked.
            let shared = Set(verdict.jobs.filter { Set($0.renders.map(\.prompt)).count < $0.renders.count }.map(\.name))
            let questions: Set = ["lost_no_echo", "lost_other_bodies", "lost_too_few", "lost_too_many"]
            let unexplained = undecided.filter { render in
                let isShared = shared.contains(render.job.name) || TortureJob.mutes.contains(render.model)
                return !isShared || !questions.contains(render.question ?? "")
            }
            #expect(unexplained.map { "\($0.key.prompt), \($0.model): \($0.question ?? "")" } == [])
        }

        @Test func `synchronous calls: each interrupted one is parked and none is sent again`() async throws {
            let kills = Torture.figure("TORTURE_SYNC_KILLS", short: 12, long: 100)
            let run = TortureRun(
                jobs: Torture.figure("TORTURE_SYNC_JOBS", short: 8, long: 50), kills: kills, seed: Torture.seed &+ 1,
                make: TortureJob.sync)
            let (verdict, undecided) = try await tortured(run, speed: 150, "synchronous")
            verdict.expectSound(kills: kills)
            let (report, outcomes) = (verdict.report, verdict.outcomes)
            #expect(Set(undecided.map(\.id)) == report.interrupted)
            #expect(outcomes.renders.filter { $0.attempts.count { $0.outcome != .notSent } != 1 }.map(\.job.name) == [])
            #expect(outcomes.count(.delivered) + undecided.count == verdict.jobs.count)
            let accepted = report.paid.accepted
            let reached = undecided.count { accepted[$0.key] != nil }
            #expect(report.paid.billed == outcomes.count(.delivered) + reached)
        }

        /// Tortures and compares with the same jobs undisturbed; gives back what needs a decision, too.
        private func tortured(
            _ run: TortureRun, speed: Double, _ title: String
        ) async throws -> (verdict: TortureVerdict, undecided: [Outcomes.Render]) {
            let (verdict, harvest) = try await TortureWorkplace.with(
                speed: speed, isDisturbed: true, settings: Torture.settings
            ) { workplace in
                let (report, outcomes, harvest) = try await run.run(in: workplace)
                let verdict = TortureVerdict(report, outcomes)
                verdict.expectPlaced(workplace.place)
                return (verdict, harvest)
            }
            Torture.say(verdict.figures(title))
            // How long a task takes is of no consequence for its pictures.
            let expected = try await TortureRun.clean(verdict.jobs, speed: 100)
            #expect(!expected.files.isEmpty)
            #expect(harvest.differences(from: expected).prefix(5) == [])
            let undecided = verdict.outcomes.renders.filter { $0.state == .undecided }
            let excused = Set(undecided.map { Substring($0.job.name) })
            let missing = harvest.missing(from: expected).filter { path in
                excused.isDisjoint(with: path.split(separator: "/"))
            }
            #expect(missing.prefix(5) == [])
            return (verdict, undecided)
        }
    }
}
