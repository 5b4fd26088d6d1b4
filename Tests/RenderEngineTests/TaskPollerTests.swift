import Foundation
import RenderCore
import RenderTestSupport
import Synchronization
import Testing

@testable import RenderEngine

/// A moment of a clock, noted by one task and read by another.
private final class Moment: Sendable {
    private let offset = Mutex(Duration.zero)
    var value: Duration { offset.withLock { $0 } }
    func set(_ new: Duration) { offset.withLock { $0 = new } }
}

@Suite(.timeLimit(.minutes(5))) struct TaskPollerTests {
    private let bench: Bench
    private let desk: TaskPoller
    private let events = EngineEvents()
    /// When the last query was sent. Afterwards nobody is left to follow, and the clock leaps on.
    private let asked = Moment()

    init() throws {
        bench = try Bench()
        let clock = bench.clock
        // The desk itself is the only one who sleeps.
        clock.moves(at: 1)
        var parts = bench.parts()
        parts.service = PausedService(bench.service) { [asked] in asked.set(clock.now.offset) }
        let budget = RequestBudget(perSecond: 1000, clock: clock, uptime: parts.uptime)
        desk = TaskPoller(parts: parts, budget: budget, events: events)
    }

    private func plan(_ model: String = "m") -> RenderPlan {
        var plan = Fixtures.plan()
        plan.model = model
        return plan
    }

    /// Follows these tasks while the desk runs.
    private func follow(_ tasks: [TaskID], age: Double = 0, model: String = "m") async throws -> [TaskReport] {
        let accepted = bench.now - age
        return try await withThrowingTaskGroup(of: TaskReport?.self) { group in
            for task in tasks {
                group.addTask { [desk] in
                    try await desk.follow(task, model: model, acceptedAt: accepted) {}
                }
            }
            // All are there before the desk begins: one without followers sleeps for an hour.
            group.addTask { [desk] in
                while await desk.count < tasks.count, !Task.isCancelled { await Task.yield() }
                await desk.run()
                return nil
            }
            var reports: [TaskReport] = []
            while reports.count < tasks.count, let report = try await group.next() {
                if let report { reports.append(report) }
            }
            group.cancelAll()
            return reports
        }
    }

    /// Seconds from `start` to the last query.
    private func elapsed(since start: Duration) -> Double { (asked.value - start).seconds }

    @Test func `a task is asked for more and more seldom as it grows old`() async throws {
        let task = TaskID("a")
        await bench.service.addTask(task, plan(), life: Array(repeating: .running, count: 12))
        let start = bench.clock.now.offset
        let report = try await follow([task])
        guard case .succeeded = report[0].state else { throw Failure.throttled }
        #expect(await bench.service.queries.count == 13)
        // 1 2 3 4 5.3 7.1 9.5 12.6 16.9 22.5 30 40 50
        #expect(abs(elapsed(since: start) - 50) < 2)
        #expect(await bench.service.lists.isEmpty)
    }

    @Test func `four or more that are due together are looked for in the list, and asked for only at their end`()
        async throws
    {
        let tasks = (1...6).map { TaskID("t\($0)") }
        for (index, task) in tasks.enumerated() {
            await bench.service.addTask(task, plan(), life: index < 5 ? [.running] : [])
        }
        let service = bench.service
        async let reports = follow(tasks, age: 60)
        #expect(try await reports.count == 6)
        #expect(await !service.lists.isEmpty)
    }

    @Test func `a list that is not renewed any more is not believed for ever`() async throws {
        let tasks = (1...6).map { TaskID("t\($0)") }
        for task in tasks { await bench.service.addTask(task, plan()) }
        await bench.service.say { $0.listIsStale = true }
        #expect(try await follow(tasks, age: 60).count == 6)
        #expect(await bench.service.queries.count == 6 && (10..<600).contains(bench.clock.now.offset.seconds))
    }

    @Test func `three are asked for one by one, and also where the list does not answer`() async throws {
        let three = (1...3).map { TaskID("t\($0)") }
        for task in three { await bench.service.addTask(task, plan()) }
        _ = try await follow(three, age: 60)
        #expect(await bench.service.lists.isEmpty)

        let second = try TaskPollerTests()
        let five = (1...5).map { TaskID("t\($0)") }
        for task in five { await second.bench.service.addTask(task, plan()) }
        await second.bench.service.say { $0.listFailure = .provider() }
        #expect(try await second.follow(five, age: 60).count == 5)
        #expect(await Set(second.bench.service.queries) == Set(five))
    }

    @Test func `UNKNOWN is believed after minutes, and of a task that may be forgotten after three times`() async throws
    {
        for age in [0, 100, 82_800] as [Double] {
            let young = try TaskPollerTests()
            let start = young.bench.clock.now.offset
            let report = try await young.follow([TaskID("lost")], age: age)
            #expect(report[0].state == .unknown)
            #expect((young.bench.clock.now.offset - start).seconds >= 600)
            #expect(await (10...130).contains(young.bench.service.queries.count))
        }
        let old = try TaskPollerTests()
        _ = try await old.follow([TaskID("lost")], age: 24 * 3600)
        #expect(await old.bench.service.queries.count == 3)
    }

    @Test func `a task that reads UNKNOWN for a moment is followed on`() async throws {
        await bench.service.addTask(TaskID("a"), plan())
        await bench.service.say { $0.queryScript = [.success(.unknown), .success(.unknown), .success(.running)] }
        let report = try await follow([TaskID("a")], age: 100)
        guard case .succeeded = report[0].state else {
            Issue.record("\(report)")
            return
        }
    }

    @Test func `questions that fail are asked again, later and later, and told once`() async throws {
        await bench.service.addTask(TaskID("a"), plan())
        await bench.service.say { $0.queryScript = Array(repeating: .failure(.provider()), count: 10) }
        let heard = events.stream()
        let start = bench.clock.now.offset
        _ = try await follow([TaskID("a")], age: 100)
        #expect((bench.clock.now.offset - start).seconds > 35)
        #expect(await desk.unanswered == nil)
        events.finish()
        #expect(await heard.reduce(0) { count, _ in count + 1 } == 1)
    }

    @Test func `however long nobody answers, the next question comes within 10 s`() async throws {
        await bench.service.addTask(TaskID("a"), plan())
        await bench.service.say { $0.queryScript = Array(repeating: .failure(.provider()), count: 300) }
        let start = bench.clock.now.offset
        _ = try await follow([TaskID("a")], age: 100)
        #expect((1400...3010).contains(elapsed(since: start)))
    }

    @Test func `what a question waited in vain is a part of the pause`() async throws {
        await bench.service.addTask(TaskID("a"), plan())
        await bench.service.say { $0.queryScript = Array(repeating: .failure(.provider()), count: 8) }
        var parts = bench.parts()
        parts.service = PausedService(bench.service) { [clock = bench.clock, asked] in
            try await clock.sleep(until: clock.now.advanced(by: .seconds(20)))
            asked.set(clock.now.offset)
        }
        let budget = RequestBudget(perSecond: 1000, clock: bench.clock, uptime: parts.uptime)
        let desk = TaskPoller(parts: parts, budget: budget, events: events)
        let accepted = bench.now - 100
        let start = bench.clock.now.offset
        await withTaskGroup { group in
            group.addTask { _ = try? await desk.follow(TaskID("a"), model: "m", acceptedAt: accepted) {} }
            group.addTask {
                while await desk.count < 1, !Task.isCancelled { await Task.yield() }
                await desk.run()
            }
            await group.next()
            group.cancelAll()
        }
        // Nine questions of 20 s each.
        #expect((180...182).contains(elapsed(since: start)), "\(elapsed(since: start))")
    }

    @Test func `Retry-After of a question is honoured`() async throws {
        await bench.service.addTask(TaskID("a"), plan())
        await bench.service.say { $0.queryScript = [.failure(.provider(retryAfter: 120))] }
        let start = bench.clock.now.offset
        _ = try await follow([TaskID("a")], age: 100)
        #expect((bench.clock.now.offset - start).seconds >= 120)
    }

    /// What is refused is everybody's: each task for itself would make a storm of its own.
    @Test(arguments: [Failure.throttled, .provider()])
    func `where nobody is answered one question at a time goes out, later and later`(failure: Failure) async throws {
        let tasks = (1...20).map { TaskID("t\($0)") }
        for task in tasks { await bench.service.addTask(task, plan()) }
        await bench.service.say { $0.queryScript = Array(repeating: .failure(failure), count: 15) }
        let start = bench.clock.now.offset
        #expect(try await follow(tasks, age: 60).count == 20)
        // Eight were under way together, seven tried after them: 1, 2, 4, 8 and three times 10 seconds, at least half of each.
        #expect((bench.clock.now.offset - start).seconds > 20)
        #expect(await bench.service.queries.count == 35)
    }

    @Test func `a task whose question fails for itself holds up no other`() async throws {
        for number in 1...3 { await bench.service.addTask(TaskID("t\(number)"), plan()) }
        var own = Failure.provider()
        own.httpStatus = 500
        await bench.service.say { [own] in $0.queryScript = [.failure(own)] }
        let start = bench.clock.now.offset
        _ = try await follow((1...3).map { TaskID("t\($0)") }, age: 60)
        #expect(elapsed(since: start) <= 1.5)
    }

    @Test func `Retry-After of one question holds for all`() async throws {
        let tasks = (1...20).map { TaskID("t\($0)") }
        for task in tasks { await bench.service.addTask(task, plan()) }
        await bench.service.say { $0.queryScript = [.failure(.provider(retryAfter: 120))] }
        let start = bench.clock.now.offset
        async let ended = follow(tasks, age: 60)
        #expect(try await ended.count == 20)
        #expect((bench.clock.now.offset - start).seconds >= 120)
    }

    @Test func `a stop lets all go, and nobody is taken on after it`() async throws {
        let desk = desk
        let now = bench.now
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<50 {
                group.addTask {
                    do {
                        _ = try await desk.follow(TaskID("t\(index)"), model: "m", acceptedAt: now) {}
                        return false
                    } catch {
                        return error is CancellationError
                    }
                }
            }
            group.addTask {
                await desk.stop()
                return true
            }
            for await letGo in group { #expect(letGo) }
        }
        await #expect(throws: CancellationError.self) {
            _ = try await desk.follow(TaskID("late"), model: "m", acceptedAt: now) {}
        }
    }

    @Test func `a cancelled follower goes alone`() async throws {
        await bench.service.addTask(TaskID("b"), plan())
        let desk = desk
        let now = bench.now
        let first = Task { try await desk.follow(TaskID("a"), model: "m", acceptedAt: now) {} }
        first.cancel()
        await #expect(throws: CancellationError.self) { _ = try await first.value }
        #expect(try await follow([TaskID("b")]).count == 1)
    }
}
