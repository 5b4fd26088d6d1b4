import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// A provider that can do what every provider can, and nothing more.
struct BareService: ForwardingService {
    let service: any RenderService
    var traits = ProviderTraits(resultSeconds: 3600, taskSeconds: 3600)
    var lister: (any TaskLister)? { nil }
    var canceller: (any TaskCanceller)? { nil }
    var quotaTeller: (any QuotaTeller)? { nil }
    var priceTeller: (any PriceTeller)? { nil }
    var mediaStore: (any MediaStore)? { nil }
}

/// A provider that has words of its own for tasks that have not ended.
private struct TalkativeService: ForwardingService {
    static let inLine = TaskProgress(words: "third in line")
    static let painting = TaskProgress(words: "painting", fraction: 0.4)

    let service: any RenderService

    func query(_ task: TaskID) async throws -> TaskReport {
        var report = try await service.query(task)
        if report.state == .pending { report.progress = Self.inLine }
        if report.state == .running { report.progress = Self.painting }
        return report
    }
}

/// The engine asks for a capability, and works without it.
@Suite(.timeLimit(.minutes(5))) struct CapabilityTests {
    private let bench: Bench
    private var service: ScriptedService { bench.service }

    init() throws { bench = try Bench() }

    private func bare(_ parts: inout EngineParts) { parts.service = BareService(service: parts.service) }

    @Test func `without a list many tasks are queried one by one`() async throws {
        for number in 1...6 { try bench.drop("cat\(number).yaml") }
        await service.say { $0.life = [.running] }
        #expect(try await bench.run { bare(&$0) }.jobsDone == 6)
        #expect(await service.lists.isEmpty)
        #expect(await service.quotaQuestions.isEmpty)
    }

    @Test func `without a list a lost answer is a question, and is never sent again`() async throws {
        try bench.drop("cat.yaml")
        await service.say { $0.submitScript = [.accepted(butSays: .unknown(.unknown))] }
        let outcome = try await bench.run { bare(&$0) }
        #expect(outcome.jobsDone == 0)
        #expect(await service.submits.count == 1)
        #expect(await service.lists.isEmpty)
        guard case .undecided(let failure) = try await bench.history().render.state else {
            Issue.record("it is undecided")
            return
        }
        #expect(!failure.retryable, "nothing looks for it")
        #expect(failure.advice.contains("retry"))
        // Nor at the next start.
        try await bench.run { bare(&$0) }
        #expect(await service.submits.count == 1)
        #expect(await service.lists.isEmpty)
    }

    @Test func `without a way to cancel the engine says so, and delivers`() async throws {
        let task = TaskID("t")
        await service.addTask(task, Fixtures.plan(), life: [.pending])
        let render = try await bench.past(.following(task))
        let number = await bench.ledger.add(
            OperatorCommand(render: render, kind: .cancel, attempts: 1, at: bench.now))
        let job = try await bench.past(.following(task), name: "dog").job
        let whole = await bench.ledger.add(OperatorCommand(job: job, kind: .cancel, at: bench.now))
        var parts = bench.parts()
        bare(&parts)
        let (shutdown, events) = (Shutdown(), EngineEvents())
        let heard = events.stream()
        let desk = OperatorCommandRunner(
            parts: parts, events: events, shutdown: shutdown, moved: Moved(), wake: WakeSignal())
        async let run: Void = desk.run { [] }
        await bench.clock.sleepers(atLeast: 1)
        shutdown.advance(to: .stopping)
        await run
        events.finish()
        let answer = try #require(await bench.ledger.answer(toCommand: number))
        #expect(!answer.isDone && answer.words.contains("dashscope cannot cancel"))
        #expect(try #require(await bench.ledger.answer(toCommand: whole)).cancel?.atProvider == 1)
        let told = await heard.reduce(into: []) { $0.append($1) }
        let warnings = told.compactMap { if case .warning(let text) = $0.kind { text } else { nil } }
        // One answers the command about a render, one is about the job.
        #expect(warnings.count == 2, "\(warnings)")
        #expect(warnings.allSatisfy { $0.contains("renderdrop delivers it") }, "\(warnings)")
    }

    @Test func `what the provider says of a task is passed on each time that it changes`() async throws {
        try bench.drop("cat.yaml")
        await service.say { $0.life = [.pending, .pending, .running, .running] }
        var parts = bench.parts()
        parts.service = TalkativeService(service: parts.service)
        let engine = Engine(parts)
        let heard = engine.events.stream()
        #expect(try await engine.run(.drain(wait: false)).jobsDone == 1)
        engine.events.finish()
        let told = await heard.reduce(into: [TaskProgress]()) {
            if case .progress(let progress) = $1.kind { $0.append(progress) }
        }
        #expect(told == [TalkativeService.inLine, TalkativeService.painting])
    }

    @Test(arguments: [(-1.0, 0.0), (0.4, 0.4), (7, 1), (.nan, 0)])
    func `a fraction is between nothing and all`(told: Double, kept: Double) {
        #expect(TaskProgress(words: "", fraction: told).fraction == kept)
    }

    @Test func `a result lives as long as its provider says`() async throws {
        try bench.drop("cat.yaml")
        #expect(try await bench.run { bare(&$0) }.jobsDone == 1)
        let result = try #require(try await bench.history().render.result)
        #expect(ResultLife(of: result).seconds == 3600)
        let events = EngineEvents()
        let heard = events.stream()
        let desk = DeliveryTracker(parts: bench.parts(), events: events)
        let render = try await bench.history().render.id
        await desk.begin(render, of: Fixtures.job(), result, missing: [1])
        for _ in 0..<6 {
            bench.clock.advance(by: .seconds(600))
            await desk.warn()
        }
        events.finish()
        let told = await heard.reduce(into: []) { $0.append($1) }
        #expect(told.map { ($0.at.timeIntervalSince(result.learnedAt) / 60).rounded() } == [30, 50])
    }
}
