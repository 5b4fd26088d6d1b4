import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// The 24 hours of a result.
@Suite(.timeLimit(.minutes(5))) struct ResultLifeTests {
    private let bench: Bench
    private var service: ScriptedService { bench.service }
    private static let hour: Double = 3600

    init() throws { bench = try Bench() }

    @Test(arguments: [
        (0.0, "expires in 24 h", 0), (11.9, "expires in 12 h", 0), (12, "expires in 12 h", 1),
        (19.9, "expires in 4 h", 1), (20, "expires in 4 h", 2), (23, "expires in 60 min", 2),
        (23.9, "expires in 6 min", 2), (24, "expired 0 min ago", 2), (30, "expired 6 h ago", 2),
    ])
    func `a life is counted from the moment when its end was heard of`(age: Double, words: String, warnings: Int) {
        let life = ResultLife(learnedAt: Fixtures.start, seconds: 24 * 3600)
        let now = Fixtures.start + age * Self.hour
        #expect(life.words(at: now) == words)
        #expect(life.warningsDue(at: now) == warnings)
        #expect(life.isOver(at: now) == (age > 24))
    }

    @Test func `twelve and twenty hours after its end a result that is not fetched is a warning, once each`()
        async throws
    {
        let events = EngineEvents()
        let heard = events.stream()
        let parts = bench.parts()
        let desk = DeliveryTracker(parts: parts, events: events)
        var result = Fixtures.result(TaskID("t"), outputs: 2)
        result.learnedAt = bench.now
        let job = Fixtures.job()
        let render = RenderID(job: job.id, number: 1)
        await desk.begin(render, of: job, result, missing: [1, 2])
        for _ in 0..<(26 * 6) {
            bench.clock.advance(by: .seconds(600))
            await desk.warn()
            // As at every try of a download that fails.
            await desk.begin(render, of: job, result, missing: [1, 2])
            if ResultLife(of: result).warningsDue(at: bench.now) == 2 {
                await desk.arrived(ResultKey(render, 2), isKept: true)
            }
        }
        events.finish()
        let told = await heard.reduce(into: []) { $0.append($1) }
        let ages = told.map { ($0.at.timeIntervalSince(result.learnedAt) / Self.hour).rounded() }
        #expect(ages == [12, 20])
        let texts = told.compactMap { if case .warning(let text) = $0.kind { text } else { nil } }
        #expect(texts.count == 2 && texts[0].hasPrefix("2 paid results"))
        #expect(texts[0].contains("the link expires in 12 h"))
        #expect(told.allSatisfy { $0.name == job.name && $0.render == 1 })
    }

    @Test func `what is with us is in no danger`() async throws {
        let desk = DeliveryTracker(parts: bench.parts(), events: EngineEvents())
        var result = Fixtures.result(TaskID("t"), outputs: 2)
        result.learnedAt = bench.now
        let job = Fixtures.job()
        let render = RenderID(job: job.id, number: 1)
        await desk.begin(render, of: job, result, missing: [1, 2])
        #expect(await desk.overview == EngineSnapshot.Results())
        #expect(await desk.standing(of: render)?.words(at: bench.now) == "expires in 24 h")
        bench.clock.advance(by: .seconds(13 * Self.hour))
        #expect(await desk.overview.endangered.map(\.job) == [job.name])
        await desk.arrived(ResultKey(render, 1), isKept: true)
        #expect(await !desk.isLocal(render))
        let words = await desk.standing(of: render)?.words(at: bench.now)
        #expect(words == "expires in 11 h; 1 kept here until the outbox is back")
        await desk.arrived(ResultKey(render, 2), isKept: false)
        #expect(await desk.isLocal(render))
        var kept = EngineSnapshot.Results()
        kept.kept = 1
        #expect(await desk.overview == kept)
        await desk.published(ResultKey(render, 1))
        #expect(await desk.overview == EngineSnapshot.Results())
        #expect(await desk.standing(of: render)?.words(at: bench.now) == nil)
    }

    @Test func `new links to an old result die with it`() async throws {
        try bench.drop("cat.yaml")
        let clock = bench.clock
        await service.say { $0.downloadScript = Array(repeating: .expired, count: 3) }
        // Each question about the task is answered five hours later.
        let late = LateService(service) { clock.advance(by: .seconds(5 * Self.hour)) }
        var learned: [Date] = []
        let ledger = bench.ledger
        let events = try await bench.watch { parts in
            parts.service = late
        } until: { event in
            if case .jobDone = event.kind { true } else { false }
        }
        for event in events { if case .rendered = event.kind { learned.append(event.at) } }
        #expect(learned.count == 4)
        let job = try #require(await bench.jobs().first)
        let history = try #require(await ledger.history(of: RenderID(job: job.id, number: 1)))
        let learnedAt = try #require(history.render.result?.learnedAt)
        #expect(abs(learnedAt.timeIntervalSince(learned[0])) < 60)
        #expect(abs((history.tasks[0].endedAt ?? .distantPast).timeIntervalSince(learned[0])) < 60)
        // And the task is as old as its submit, not as its last links.
        let answered = try #require(history.attempts[0].answeredAt)
        #expect(history.tasks[0].acceptedAt == answered)
    }

    /// The first picture comes; the second one's link is dead, and then nobody knows the task.
    private func loseSecondPicture() async throws {
        let downloads = Counter()
        let (clock, service) = (bench.clock, service)
        let outcome = try await bench.run { parts in
            parts.service = LateService(service) {
            } beforeDownload: {
                guard downloads.add() >= 2 else { return }
                clock.advance(by: .seconds(25 * Self.hour))
                await service.forget(TaskID("task-1"))
                throw Failure.expired
            }
        }
        #expect(outcome.jobsFailed == 1)
    }

    @Test func `after 24 hours the job says what was paid and lost`() async throws {
        try bench.drop("cat.yaml", Bench.text + "n: 2\n")
        try await loseSecondPicture()
        let history = try await bench.history()
        guard case .failed(let failure) = history.render.state else { throw Failure.unknown }
        #expect(failure.code == "result_lost")
        #expect(failure.message.contains("of 2 results that cost 0.28 CNY, 1 was saved and 1 is lost"))
        #expect(history.spend.map(\.state) == [.settled])
        #expect(history.spend[0].actual == Money(micros: 280_000, currency: "CNY"))
        #expect(bench.text("failed/cat/ERROR.txt")?.contains("cost 0.28 CNY") == true)
        let sidecar = bench.text("failed/cat/cat.failed.json") ?? ""
        #expect(sidecar.contains("\"actual\": 0.28") && sidecar.contains("result_lost"))
        #expect(!sidecar.contains("Signature"))
        #expect(bench.files("outbox") == ["cat/cat-1.png"])
    }

    @Test func `the text of an answer is delivered though a picture of it is lost`() async throws {
        await service.say { $0.article = [.text("The sea."), .output(1), .text("At night."), .output(2)] }
        try bench.drop("cat.yaml", Bench.text + "n: 2\n")
        try await loseSecondPicture()
        #expect(bench.files("outbox") == ["cat/cat-1.png", "cat/cat.md"])
        let text = try #require(bench.text("outbox/cat/cat.md"))
        #expect(text.hasPrefix("The sea.\n\n![](cat-1.png)\n\nAt night.\n"))
        #expect(!text.contains("cat-2"))
    }

    @Test func `a synchronous answer whose link died says so, too`() async throws {
        try bench.drop("cat.yaml", Bench.sync)
        await service.say { $0.downloadScript = [.expired] }
        #expect(try await bench.run().jobsFailed == 1)
        #expect(bench.text("failed/cat/ERROR.txt")?.contains("is lost") == true)
        #expect(bench.text("failed/cat/ERROR.txt")?.contains("CNY") == true)
    }

    /// From the first download on a proxy answers for the results' host; after it a day has passed.
    private func behindProxy(_ parts: inout EngineParts, _ downloads: Counter, forgets: Bool, heals: Bool = false) {
        let (clock, service) = (bench.clock, service)
        parts.service = LateService(service) {
        } beforeDownload: {
            let count = downloads.add()
            // Where nobody gives up it would go on for ever.
            if count > 10 { throw Failure.expired }
            let isProxy = count == 1 || !heals
            await service.say {
                $0.picture = isProxy ? Array("<html>log in</html>".utf8) : Fixtures.png(width: 64, height: 64)
            }
            guard count == 1 else { return }
            clock.advance(by: .seconds(25 * Self.hour))
            if forgets { await service.forget(TaskID("task-1")) }
        }
    }

    @Test(arguments: [Bench.text, Bench.sync])
    func `what another host answered for, 24 hours long, is told as paid and lost, too`(text: String) async throws {
        try bench.drop("cat.yaml", text)
        let downloads = Counter()
        try await bench.watch { parts in
            behindProxy(&parts, downloads, forgets: true)
        } until: { event in
            if case .jobFailed = event.kind { true } else { false }
        }
        #expect(downloads.value == 1)
        let told = bench.text("failed/cat/ERROR.txt") ?? ""
        #expect(told.contains("is lost") && told.contains("CNY"), "\(told)")
        #expect(try await bench.history().spend.map(\.state) == [.settled])
    }

    @Test func `an old result's new link is tried, and what it brings is delivered`() async throws {
        try bench.drop("cat.yaml", Bench.text + "n: 2\n")
        let downloads = Counter()
        try await bench.watch { parts in
            behindProxy(&parts, downloads, forgets: false, heals: true)
        } until: { event in
            if case .jobDone = event.kind { true } else { false }
        }
        // The second output came with the old link, the first one with a new one.
        #expect(downloads.value == 3)
        #expect(await service.queries.count == 2)
        #expect(bench.files("outbox") == ["cat/cat-1.png", "cat/cat-2.png", "cat/cat.json"])
    }

    @Test func `what lies in the spool comes home, though its neighbour and its task are gone`() async throws {
        try bench.drop("cat.yaml", Bench.text + "n: 2\n")
        try bench.move("outbox/.renderdrop-folder", "outbox-marker")
        let downloads = Counter()
        let (place, service) = (bench.place, service)
        let events = try await bench.watch { parts in
            parts.service = LateService(service) {
            } beforeDownload: {
                guard downloads.add() >= 2 else { return }
                await service.forget(TaskID("task-1"))
                throw Failure.expired
            }
        } until: { event in
            if case .kept = event.kind {
                try? FileManager.default.moveItem(
                    atPath: place("outbox-marker"), toPath: place("outbox/.renderdrop-folder"))
            }
            if case .jobFailed = event.kind { return true }
            return false
        }
        #expect(!events.isEmpty)
        #expect(bench.files("outbox") == ["cat/cat-1.png"])
        #expect(bench.text("failed/cat/ERROR.txt")?.contains("1 was saved and 1 is lost") == true)
        #expect(bench.kept.isEmpty)
    }

    @Test func `UNKNOWN just after a restart is asked again before it is believed`() async throws {
        await service.addTask(TaskID("t"), Fixtures.plan())
        try await bench.past(.following(TaskID("t")))
        await service.say { $0.queryScript = Array(repeating: .success(.unknown), count: 4) }
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.queries.count == 5)
    }
}

/// A provider before whose answers something happens.
struct LateService: ForwardingService, QuotaTeller {
    let service: any RenderService
    let beforeQuery: @Sendable () async throws -> Void
    let beforeDownload: @Sendable () async throws -> Void
    let beforeQuota: @Sendable () async throws -> Void

    init(
        _ service: any RenderService, beforeQuery: @escaping @Sendable () async throws -> Void,
        beforeDownload: @escaping @Sendable () async throws -> Void = {},
        beforeQuota: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.service = service
        self.beforeQuery = beforeQuery
        self.beforeDownload = beforeDownload
        self.beforeQuota = beforeQuota
    }

    var quotaTeller: (any QuotaTeller)? { self }

    func query(_ task: TaskID) async throws -> TaskReport {
        try await beforeQuery()
        return try await service.query(task)
    }
    func download(_ output: RenderResult.Output, from offset: Int, tag: String?) async throws -> HTTPStream {
        try await beforeDownload()
        return try await service.download(output, from: offset, tag: tag)
    }
    func quota(of model: String) async throws -> ModelQuota? {
        try await beforeQuota()
        return try await service.quotaTeller?.quota(of: model)
    }
}
