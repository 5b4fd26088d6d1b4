import Foundation
import RenderCore
import Testing

extension Torture {
    /// The real binary on a disk of its own, whose power fails again and again: what was not flushed is lost.
    @Suite struct PowerCutTests {
        @Test(arguments: CutDisk.Kind.usable)
        func `after power cuts nothing is lost, forgotten or doubled`(_ kind: CutDisk.Kind) async throws {
            let cuts = Torture.figure("TORTURE_CUTS", short: 5, long: 60)
            let run = TortureRun(
                jobs: Torture.figure("TORTURE_CUT_JOBS", short: 4, long: 30), kills: cuts, seed: Torture.seed &+ 2,
                make: { number, chance in
                    chance.happens(0.3) ? .sync(number, &chance) : .async(number, &chance)
                })
            let (verdict, harvest) = try await TortureWorkplace.with(
                speed: 40, isDisturbed: true, settings: Torture.settings + "\nlimits: {disk_reserve: 16MB}", on: kind
            ) { workplace in
                let (report, outcomes, harvest) = try await run.run(in: workplace)
                let verdict = TortureVerdict(report, outcomes)
                verdict.expectPlaced(workplace.place)
                return (verdict, harvest)
            }
            Torture.say(verdict.figures("power cuts on \(kind.rawValue)"))
            verdict.expectSound(kills: cuts)
            #expect(verdict.report.forgotten == [])
            let expected = try await TortureRun.clean(verdict.jobs, speed: 100)
            #expect(harvest.differences(from: expected).prefix(5) == [])
        }
    }
}
