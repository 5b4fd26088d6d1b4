import Foundation
import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// From the provider's word to the files in the outbox.
@Suite(.timeLimit(.minutes(5))) struct FollowTests {
    private let bench: Bench
    private var service: ScriptedService { bench.service }

    init() throws {
        bench = try Bench()
        try bench.drop("cat.yaml", Bench.text + "n: 2\n")
    }

    @Test func `a task that fails for the provider's reasons is sent again, up to the limit`() async throws {
        await service.say { $0.life = [.running, .failed(.provider("InternalError", status: 200))] }
        let outcome = try await bench.run()
        #expect(outcome.jobsFailed == 1)
        #expect(await service.submits.count == 3)
        let history = try await bench.history()
        #expect(history.spend.map(\.state) == [.released, .released, .released])
        #expect(history.tasks.map(\.status) == ["FAILED", "FAILED", "FAILED"])
    }

    @Test func `a task that fails for the job's fault is not`() async throws {
        await service.say { $0.life = [.failed(Fixtures.failure)] }
        #expect(try await bench.run().jobsFailed == 1)
        #expect(await service.submits.count == 1)
        #expect(try await bench.history().spend.map(\.state) == [.released])
    }

    @Test func `a cancelled task ends its job without a bill`() async throws {
        await service.say { $0.life = [.canceled] }
        try await bench.run()
        #expect(await bench.jobs().map(\.state) == [.canceled])
        #expect(try await bench.history().spend.map(\.state) == [.released])
    }

    @Test func `a task that the provider forgot fails and says that it may have been billed`() async throws {
        await service.say { $0.life = Array(repeating: .unknown, count: 1000) }
        #expect(try await bench.run().jobsFailed == 1)
        let history = try await bench.history()
        guard case .failed(let failure) = history.render.state else {
            Issue.record("\(history.render.state)")
            return
        }
        #expect(failure.code == "task_gone" && failure.advice.contains("billed"))
        #expect(history.spend.map(\.state) == [.reserved])
    }

    private static func end(_ article: [ArticleItem]? = nil) -> TaskReport.State {
        .succeeded(
            RenderResult(
                task: TaskID("task-1"), requestID: "query-1", status: "SUCCEEDED", outputs: [],
                learnedAt: Fixtures.start, article: article))
    }

    @Test func `a result that nobody can read counts as billed, and is not rendered again`() async throws {
        await service.say { $0.life = [.running] + Array(repeating: Self.end(), count: 4) }
        #expect(try await bench.run().jobsFailed == 1)
        #expect(await service.submits.count == 1)
        let history = try await bench.history()
        guard case .failed(let failure) = history.render.state else { throw Failure.unknown }
        #expect(failure.code == "result_unread" && failure.message.contains("says that task task-1 is done"))
        #expect(failure.advice.contains("billed (about 0.28 CNY)") && failure.advice.contains("24 hours"))
        #expect(history.spend.map(\.state) == [.settled])
        #expect(history.spend.first?.committed == Money(micros: 280_000, currency: "CNY"))
        #expect(history.tasks.map(\.status) == ["SUCCEEDED"])
        let sidecar = bench.text("failed/cat/cat.failed.json") ?? ""
        #expect(sidecar.contains("\"status\": \"SUCCEEDED\"") && sidecar.contains("query-1"))
    }

    @Test func `an answer that is odd for once is asked for again`() async throws {
        await service.say { $0.life = [.running, Self.end(), Self.end()] }
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.queries.count == 4)
        #expect(await service.submits.count == 1)
    }

    @Test func `what the provider writes in place of a picture is the reason`() async throws {
        await service.say { $0.life = [Self.end([.text("I cannot\ndraw that.")])] }
        #expect(try await bench.run().jobsFailed == 1)
        let history = try await bench.history()
        guard case .failed(let failure) = history.render.state else { throw Failure.unknown }
        #expect(failure.code == "no_output")
        #expect(failure.message == "the model made no picture; it wrote instead: I cannot draw that.")
        #expect(history.spend.compactMap(\.committed).allSatisfy { $0.micros == 0 })
        #expect(bench.text("failed/cat/ERROR.txt")?.contains("I cannot draw that.") == true)
    }

    @Test func `a text without a picture is delivered where texts were asked for`() async throws {
        let bench = try Bench()
        try bench.drop("cat.yaml", "prompt: A tale\nmodel: wan2.6-image\nparameters: {enable_interleave: true}\n")
        let end = Self.end([.text("Once upon a time.")])
        await bench.service.say {
            $0.life = [end]
            guard case .succeeded(let result) = end else { return }
            $0.usual = .completed(result)
        }
        #expect(try await bench.run().jobsDone == 1)
        #expect(bench.files("outbox") == ["cat/cat.json", "cat/cat.md"])
        #expect(bench.text("outbox/cat/cat.md") == "Once upon a time.\n")
    }

    @Test func `links that died to a result that then cannot be read do not hide what was paid`() async throws {
        await service.say {
            $0.downloadScript = [.expired, .expired]
            $0.queryScript = []
            $0.life = []
        }
        // The first question brings links, the second an answer in which nobody finds them.
        let asked = Counter()
        let service = service
        let outcome = try await bench.run { parts in
            parts.service = LateService(service) {
                if asked.add() == 2 {
                    await service.say { $0.queryScript = Array(repeating: .success(Self.end()), count: 4) }
                }
            }
        }
        #expect(outcome.jobsFailed == 1)
        let history = try await bench.history()
        guard case .failed(let failure) = history.render.state else { throw Failure.unknown }
        #expect(failure.code == "result_lost" && failure.message.contains("cost 0.28 CNY"))
        #expect(failure.message.contains("unknown form") && !failure.message.contains("no longer knows"))
        #expect(history.spend.map(\.state) == [.settled])
    }

    @Test func `a link that died is asked for again`() async throws {
        await service.say { $0.downloadScript = [.expired] }
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.queries.count == 2)
        #expect(await service.submits.count == 1)
        #expect(bench.files("outbox") == ["cat/cat-1.png", "cat/cat-2.png", "cat/cat.json"])
    }

    @Test func `links that are dead again and again are asked for less and less often`() async throws {
        await service.say { $0.downloadScript = Array(repeating: .expired, count: 6) }
        #expect(try await bench.run().jobsDone == 1)
        #expect(bench.clock.now.offset > .seconds(30))
    }

    @Test func `a synchronous model's dead link ends the job, and what was billed stands in the books`() async throws {
        let bench = try Bench()
        try bench.drop("cat.yaml", Bench.sync)
        await bench.service.say { $0.downloadScript = [.expired] }
        #expect(try await bench.run().jobsFailed == 1)
        let history = try await bench.history()
        #expect(history.spend.map(\.state) == [.settled])
        #expect(bench.text("failed/cat/ERROR.txt")?.contains("link_expired") == true)
    }

    @Test func `a partial success delivers what came and pays for that`() async throws {
        await service.say { $0.failedParts = 1 }
        #expect(try await bench.run().jobsDone == 1)
        #expect(bench.files("outbox") == ["cat/cat-1.png", "cat/cat.json"])
        #expect(try await bench.history().spend[0].actual == Money(micros: 140_000, currency: "CNY"))
        #expect(bench.text("outbox/cat/cat.json")?.contains("DataInspectionFailed") == true)
    }

    @Test func `a success without a picture is a failure without a bill`() async throws {
        await service.say { $0.failedParts = 2 }
        #expect(try await bench.run().jobsFailed == 1)
        #expect(try await bench.history().spend.map(\.state) == [.released])
        #expect(bench.files("outbox").isEmpty)
    }

    @Test func `a download that fails is tried again and costs nothing`() async throws {
        await service.say { $0.downloadScript = Array(repeating: .provider("http_503", status: 503), count: 14) }
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.count == 1)
        #expect(bench.clock.now.offset > .seconds(30))
    }

    @Test func `an output that does not come holds up none of the others`() async throws {
        try await bench.past(.rendered(Fixtures.result(TaskID("t"), outputs: 3)))
        try bench.remove("inbox/cat.yaml")
        await service.say { $0.downloadScript = [.provider("http_503", status: 503)] }
        #expect(try await bench.run().jobsDone == 1)
        let names = await service.downloads.map { $0.split(separator: "?")[0].suffix(5) }
        #expect(names == ["1.png", "2.png", "3.png", "1.png"].map { $0[...] })
    }

    @Test func `a batch gives up on results that it cannot reach, and the next one fetches them`() async throws {
        await service.say { $0.downloadScript = Array(repeating: .provider("http_503", status: 503), count: 1000) }
        let outcome = try await bench.run()
        #expect(outcome.unreachable?.code == "http_503")
        #expect(outcome.jobsFailed == 0)
        #expect(try await bench.history().render.state.name == .rendered)
        await service.say { $0.downloadScript = [] }
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.count == 1)
    }

    @Test(arguments: [Array("<html>".utf8), Array(Fixtures.png(width: 64, height: 64).dropLast(5))])
    func `what is no whole picture is fetched again while its link lives: it is paid for`(bytes: [UInt8]) async throws {
        await service.say { $0.picture = bytes }
        let outcome = try await bench.run()
        #expect(outcome.unreachable?.code == "output_not_whole")
        #expect(outcome.jobsFailed == 0)
        #expect(bench.files("outbox").isEmpty)
        await service.say { $0.picture = Fixtures.png(width: 64, height: 64) }
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.count == 1)
        #expect(try await bench.history().spend.map(\.state) == [.settled])
    }

    @Test func `a host that is not trusted holds its own render, and never the watcher`() async throws {
        let refused = Failure(
            code: "host_refused", message: "not one of the provider's hosts", advice: "add it", fault: .provider,
            retryable: false)
        await service.say { $0.downloadScript = Array(repeating: refused, count: 4) }
        let events = try await bench.watch { if case .jobDone = $0.kind { true } else { false } }
        let told = events.count { event in
            if case .trouble(let failure) = event.kind { failure == refused } else { false }
        }
        #expect(told == 1)
        #expect(await service.submits.count == 1)
    }

    @Test func `an outbox that goes away in the middle is waited for, and its staged bytes are fetched again`()
        async throws
    {
        let stolen = Counter()
        let place = bench.place
        try await bench.run { parts in
            parts.outbox = HookedOutbox(parts.outbox) { call in
                guard call == "publish" else { return }
                // Between the end of the first download and its publishing, the whole outbox comes back empty.
                guard stolen.add() == 1 else { return }
                try FileManager.default.removeItem(atPath: place("outbox/.renderdrop-staging"))
            }
        }
        #expect(bench.files("outbox") == ["cat/cat-1.png", "cat/cat-2.png", "cat/cat.json"])
        #expect(await service.downloads.count == 3)
        #expect(await service.submits.count == 1)
    }

    @Test func `an outbox without its marker is out of reach: results wait, nothing fails`() async throws {
        try bench.move("outbox/.renderdrop-folder", "outbox-marker")
        let place = bench.place
        let events = try await bench.watch { event in
            switch event.kind {
            case .trouble:
                // Mounted again as soon as the trouble was told.
                try? FileManager.default.moveItem(
                    atPath: place("outbox-marker"), toPath: place("outbox/.renderdrop-folder"))
                return false
            case .jobDone: return true
            default: return false
            }
        }
        #expect(events.count { if case .trouble = $0.kind { true } else { false } } == 1)
        #expect(bench.files("outbox").count == 3)
    }

    @Test func `a batch gives up on an outbox that stays away, and the next one delivers`() async throws {
        try bench.move("outbox/.renderdrop-folder", "outbox-marker")
        let outcome = try await bench.run()
        #expect(outcome.codes == ["folder_gone"])
        #expect(bench.clock.now.offset > .seconds(600))
        try bench.move("outbox-marker", "outbox/.renderdrop-folder")
        #expect(try await bench.run().jobsDone == 1)
        #expect(await service.submits.count == 1)
    }
}
