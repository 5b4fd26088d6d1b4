import RenderTestSupport
import Testing

/// What the poll plan and the lanes reach, simulated with the engine's own values.
@Suite struct PaceSimulationTests {
    private static let seeds: [UInt64] = [1, 2, 3]

    private func result(_ scenario: PaceScenario, _ seed: UInt64) -> PaceResult {
        var run = PaceRun(scenario, seed: seed)
        return run.run()
    }

    @Test(arguments: seeds) func `a lane at its limit never idles where the provider queues`(seed: UInt64) {
        let result = result(.queues, seed)
        #expect(result.tasks == 300)
        #expect(result.ratio <= 1.03 && result.refusals == 0 && result.requests <= 1.5, "\(result)")
    }

    @Test(arguments: seeds) func `where it refuses more, the next goes out soon after an end`(seed: UInt64) {
        let result = result(.refuses, seed)
        #expect(result.ratio <= 1.12 && result.refusals == 0 && result.requests <= 3, "\(result)")
        let unsaid = self.result(.refusesUnsaid, seed)
        #expect(unsaid.ratio <= 1.12 && (1...2).contains(unsaid.refusals) && unsaid.requests <= 3, "\(unsaid)")
    }

    @Test(arguments: seeds) func `submits that are not ready evenly arrive at the provider's rate`(seed: UInt64) {
        let result = result(.uneven, seed)
        #expect(result.tasks == 300 && result.refusals == 0 && result.ratio <= 1.15, "\(result)")
    }

    @Test func `two thousand tasks in flight are followed within the provider's limit`() {
        let result = result(.many, 1)
        #expect(result.mostInFlight > 1900)
        #expect(result.mostInASecond <= 15)
        #expect(result.requests <= 1.35 && result.lateMedian <= 2.1 && result.late95 <= 5, "\(result)")
    }

    @Test func `tasks that wait behind one another are found where the list shows their end`() {
        let result = result(.line, 1)
        #expect(result.requests <= 1.3 && result.late95 <= 5 && result.mostInASecond <= 15, "\(result)")
    }
}
