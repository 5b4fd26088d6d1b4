import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// A whole run at the limits of a provider: what leaves, and what is asked, is counted where it arrives.
@Suite(.timeLimit(.minutes(5))) struct LaneTests {
    private static let model = "wan2.2-t2i-flash"

    /// A run of so many jobs at a provider with this quota, which the catalogue does not know.
    private func run(jobs: Int, _ quota: ModelQuota) async throws -> PacedService {
        let bench = try Bench()
        await bench.service.say { $0.quotas[Self.model] = quota }
        let service = PacedService(bench.service, clock: bench.clock, quota: quota)
        for number in 1...jobs { try bench.drop("job-\(number).yaml") }
        let outcome = try await bench.run { $0.service = service }
        #expect(outcome.jobsDone == jobs)
        return service
    }

    @Test func `a lane at its limit meets no refusal and asks little, however long uploads take`() async throws {
        let jobs = 100
        let service = try await run(jobs: jobs, ModelQuota(submits: 5, perSeconds: 1, running: 5))
        #expect(service.refused == 0)
        let requests = Double(service.requests) / Double(jobs)
        #expect(requests <= 1.5, "\(requests) requests a task")
    }

    @Test func `a rate of one a second is kept where the submits arrive`() async throws {
        let service = try await run(jobs: 30, ModelQuota(submits: 1, perSeconds: 1, running: 50))
        #expect(service.refused == 0)
        let gaps = zip(service.arrived.dropFirst(), service.arrived).map { $0 - $1 }
        #expect(gaps.allSatisfy { $0 >= 1 }, "\(gaps)")
        #expect(gaps.reduce(0, +) / Double(gaps.count) < 1.2, "it does not idle: \(gaps)")
    }
}
