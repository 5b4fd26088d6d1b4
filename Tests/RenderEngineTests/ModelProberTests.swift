import RenderCore
import RenderTestSupport
import Synchronization
import Testing

import struct Foundation.Date

@testable import RenderEngine

@Suite(.timeLimit(.minutes(5))) struct ModelProberTests {
    @Test(arguments: [3, 0])
    func `only the first free answer after one that failed lets a submit try at once`(failures: Int) async throws {
        let bench = try Bench()
        let service = DeafList(bench.service, failures: failures)
        var parts = bench.parts()
        parts.service = service
        let admission = AdmissionControl(parts: parts, events: EngineEvents())
        let plan = Fixtures.plan()
        var number = 0
        func id() -> RenderID { RenderID(job: Fixtures.jobID(), number: number) }
        // Submits were cut off for so long that the next would be minutes away.
        while number < 12 {
            bench.clock.advance(by: .seconds(1))
            guard await admission.admit(id(), plan) == .go else { continue }
            await admission.troubled(id(), plan, .provider("connection_lost", status: nil), isSafe: false)
            await admission.release(id())
            number += 1
        }
        let start = bench.clock.now.offset
        let desk = ModelProber(
            parts: parts, budget: RequestBudget(perSecond: 1000, clock: bench.clock, uptime: parts.uptime),
            admission: admission, shutdown: Shutdown(), wake: WakeSignal())
        bench.clock.moves(at: 1)
        let running = Task { await desk.run() }
        var waited = Duration.zero
        while await admission.admit(id(), plan) != .go {
            waited = bench.clock.now.offset - start
            guard waited < .seconds(120) else { break }
            await Task.yield()
        }
        running.cancel()
        await running.value
        #expect((waited <= .seconds(40)) == (failures > 0), "\(waited)")
        #expect(service.asked > failures)
    }

    /// A question is not answered, a submit tries and is lost, and then the provider is back.
    @Test func `that a question was not answered is remembered while a submit tries`() async throws {
        let bench = try Bench()
        let service = DeafList(bench.service, failures: .max)
        var parts = bench.parts()
        parts.service = service
        let admission = AdmissionControl(parts: parts, events: EngineEvents())
        let plan = Fixtures.plan()
        let id = RenderID(job: Fixtures.jobID(), number: 1)
        let lost = Failure.provider("connection_lost", status: nil)
        func fail(_ times: Int) async {
            var failed = 0
            while failed < times {
                bench.clock.advance(by: .seconds(1))
                guard await admission.admit(id, plan) == .go else { continue }
                await admission.troubled(id, plan, lost, isSafe: false)
                await admission.release(id)
                failed += 1
            }
        }
        await fail(8)
        let desk = ModelProber(
            parts: parts, budget: RequestBudget(perSecond: 1000, clock: bench.clock, uptime: parts.uptime),
            admission: admission, shutdown: Shutdown(), wake: WakeSignal())
        bench.clock.moves(at: 1)
        let running = Task { await desk.run() }
        // Time passes while the desk asks in vain, until a submit may try.
        while await admission.admit(id, plan) != .go {
            bench.clock.advance(by: .milliseconds(100))
            await Task.yield()
        }
        #expect(service.asked > 0)
        // The desk ends its round meanwhile, and time stands still.
        while bench.clock.sleepers > 0 { await Task.yield() }
        service.comesBack()
        let asked = service.asked
        await admission.troubled(id, plan, lost, isSafe: false)
        await admission.release(id)
        while service.asked == asked { await Task.yield() }
        var looks = 0
        while await admission.admit(id, plan) != .go, looks < 10_000 {
            looks += 1
            await Task.yield()
        }
        #expect(looks < 10_000, "the first answer after one that was missing lets a submit try at once")
        running.cancel()
        await running.value
    }
}

/// A provider whose list does not answer at first.
private final class DeafList: ForwardingService, TaskLister {
    let service: any RenderService
    private let count = Mutex(0)
    private let failures: Mutex<Int>

    init(_ service: any RenderService, failures: Int) {
        self.service = service
        self.failures = Mutex(failures)
    }

    func comesBack() { failures.withLock { $0 = 0 } }

    var asked: Int { count.withLock { $0 } }
    var lister: (any TaskLister)? { self }

    func list(model: String?, since start: Date?, page: Int) async throws -> TaskPage {
        let number = count.withLock { count in
            count += 1
            return count
        }
        guard number > failures.withLock({ $0 }) else { throw Failure.provider("unreachable", status: nil) }
        return try await service.lister?.list(model: model, since: start, page: page)
            ?? TaskPage(tasks: [], page: 1, pages: 1)
    }
}
