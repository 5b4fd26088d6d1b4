import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore
@testable import RenderEngine
@testable import RenderdropCommands

/// `status`, as people see it, in every situation that it tells of.
@Suite struct StatusScreenTests {
    enum Situation: String, CaseIterable, Sendable {
        case empty, atWork, partlyFailed, canceledBatch, waitingFiles, noWatcher, needsDecision, paused, budgetReached
        case manyJobs
    }

    private func scene(_ situation: Situation) async throws -> StatusScene {
        var scene = try StatusScene()
        if situation != .noWatcher { try await scene.watch() }
        let following = RenderMachine.State.following(TaskID("task-1"))
        switch situation {
        case .empty: break
        case .atWork:
            try await scene.add(1, "same", in: "A", [.init(state: following, count: 2, paid: 280_000)])
            try await scene.add(
                2, "same", in: "B",
                [
                    .init(state: .delivered, came: 1, paid: 140_000, name: "{job}-wood-neon"),
                    .init(state: .queued, name: "{job}-glass-neon"),
                ], outbox: "B/same",
                reasons: [
                    2: .paced(
                        model: "qwen-image-plus",
                        LaneLimit(group: "qwen-image-plus", submits: 2, perSeconds: 1, running: 2))
                ])
            try await scene.add(
                3, "rendered", [.init(state: .rendered(Fixtures.result(outputs: 1)), paid: 140_000)])
        case .partlyFailed:
            try await scene.add(
                1, "part", ended: .done, [.init(state: .delivered, count: 3, came: 2, paid: 280_000)], outbox: "part")
            try await scene.add(
                2, "four", in: "shop", ended: .failed,
                [
                    .init(state: .delivered, came: 1, paid: 140_000), .init(state: .failed(Fixtures.failure)),
                    .init(state: .delivered, came: 1, paid: 140_000),
                ], outbox: "shop/four")
            try await scene.add(
                3, "wrong", ended: .failed, [],
                failure: Failure(
                    code: "spec_invalid", message: "wrong.yaml:2:1: error: unknown field `promt`\npromt: x", advice: "",
                    fault: .job, retryable: false))
        case .canceledBatch:
            let delivered = (1...4).map { _ in StatusScene.Part(state: .delivered, came: 1, paid: 140_000) }
            try await scene.add(
                1, "poster", in: "campaign/tent", ended: .canceled,
                delivered + (5...200).map { _ in .init(state: .canceled) }, outbox: "campaign/tent/poster")
        case .waitingFiles:
            try scene.waits([
                ("dog.yaml", "still growing", .copying),
                ("hat.yaml", "waits for cat.jpg until 21 Nov, 16:10 CET", .reference),
                ("late/owl.yaml", "starts 1 Dec, 22:00 CET (not_before)", .time),
                ("notes.docx", "not a kind", .notTaken),
                ("old.docx", "not a kind", .notTaken),
            ])
        case .noWatcher:
            // It was killed: its lock is free, and its name is still there.
            try await scene.watch()
            try await scene.add(1, "boat", [.init(state: following, paid: 140_000)])
            scene.kill()
        case .needsDecision:
            try await scene.add(
                1, "robot",
                [.init(state: .undecided(Fixtures.undecided), paid: 140_000), .init(state: .queued)])
            try await scene.add(2, "boat", [.init(state: following, paid: 140_000)])
        case .paused:
            try await scene.add(
                1, "boat", [.init(state: .queued)],
                reasons: [
                    1: .paused(
                        Failure(
                            code: "InvalidApiKey", message: "Invalid API-key provided.", advice: "set a valid key",
                            fault: .account, retryable: false))
                ])
            try scene.holds(
                .init(
                    .paused,
                    Failure(
                        code: "InvalidApiKey", message: "Invalid API-key provided.", advice: "set a valid key",
                        fault: .account, retryable: false), since: StatusScene.now - 1800),
                .init(.model, Fixtures.failure, since: StatusScene.now - 60, model: "wan2.6-image"))
        case .budgetReached:
            scene.configuration.budget.day = "0.50"
            try await scene.add(
                1, "one", ended: .done, [.init(state: .delivered, came: 1, paid: 200_000)], outbox: "one")
            try await scene.add(2, "two", [.init(state: following, paid: 140_000)])
            try await scene.add(3, "three", [.init(state: .queued)])
            try scene.waits([
                (
                    "four.yaml",
                    "over budget: the day's budget of 0.50 CNY has 0.34 CNY spent or reserved and 0.14 CNY in the queue; "
                        + "this job's 0.14 CNY do not fit", .budget
                )
            ])
        case .manyJobs:
            for index in 1...60 {
                try await scene.add(
                    index, "job-\(index)", in: index.isMultiple(of: 2) ? "campaign" : "",
                    (1...8).map { _ in .init(state: .queued) })
            }
            for index in 61...90 {
                try await scene.add(
                    index, "job-\(index)", ended: .done, [.init(state: .delivered, came: 1, paid: 140_000)],
                    outbox: "job-\(index)")
            }
            try scene.waits((1...10_000).map { ("drop-\($0).yaml", "still growing", .copying) })
        }
        return scene
    }

    @Test(arguments: Situation.allCases)
    func `the screen is the golden one`(situation: Situation) async throws {
        let scene = try await scene(situation)
        try Golden.expect(try await scene.screen(), is: "status-\(situation.rawValue)")
    }

    @Test(
        .enabled(if: JSONSchemaValidator.missing == nil, "needs python3 with jsonschema"),
        arguments: Situation.allCases)
    func `its JSON keeps the schema`(situation: Situation) async throws {
        let scene = try await scene(situation)
        let json = JSONOutput.pretty(try await scene.report(all: true))
        let validator = JSONSchemaValidator(schema: Golden.document("status.schema.json"))
        #expect(try await validator.problems(in: json) == [])
    }

    @Test(.enabled(if: JSONSchemaValidator.missing == nil, "needs python3 with jsonschema"))
    func `the schema refuses what is not as described`() async throws {
        let scene = try await scene(.partlyFailed)
        let json = JSONOutput.pretty(try await scene.report())
        let validator = JSONSchemaValidator(schema: Golden.document("status.schema.json"))
        for (find, replace) in [
            ("\"amount\" : 0.28", "\"amount\" : \"0.28\""), ("\"short_id\"", "\"shortID\""), (".250Z", "Z"),
            ("status/1", "status/2"),
        ] {
            let spoiled = json.replacing(find, with: replace)
            try #require(spoiled != json)
            #expect(try await validator.problems(in: spoiled) != [], "\(find)")
        }
    }

    @Test func `a small terminal gets no more than fits, with counts first`() async throws {
        let scene = try await scene(.manyJobs)
        let lines = try await scene.screen(rows: 24).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 24)
        #expect(lines.contains { $0.hasPrefix("Jobs: 60 active, 30 done") })
        #expect(lines.contains { $0.contains("more jobs: `renderdrop status --all`") })
        #expect(lines.contains { $0.contains("more files: `renderdrop status --all`") })
    }

    /// Whatever is told of a job: a line of the list is one row.
    @Test(arguments: [(40, 24), (80, 24), (200, 50)])
    func `a screen holds it, however long the errors are`(columns: Int, rows: Int) async throws {
        let scene = try await scene(.empty)
        let words = String(repeating: "unknown field `promt` (known fields are many and long) ", count: 10)
        let failure = Failure(code: "x", message: words, advice: words, fault: .job, retryable: false)
        for index in 1...30 {
            try await scene.add(
                index, "a job with a long name \(index) 橙色的猫", ended: .failed, [.init(state: .failed(failure))])
        }
        try scene.waits((1...50).map { ("drop-\($0).yaml", words, .other) })
        let text = try await scene.screen(rows: rows, columns: columns)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let used = lines.reduce(0) { $0 + DisplayWidth.rows(String($1), columns) }
        #expect(used <= rows, "\(used) rows:\n\(text)")
        #expect(text.contains("Jobs: none active, 30 failed"))
    }

    @Test func `what an answer lacks has failed, though it lists no failed part`() throws {
        let price = try #require(Composition.catalogue(Configuration(root: "/")).models.first?.prices["beijing"])
        let job = Fixtures.jobID()
        func progress(_ came: Int, of count: Int, _ change: (inout RenderPlan) -> Void = { _ in }) -> JobProgress {
            var render = Fixtures.render(job, 1, state: .delivered)
            render.plan.count = count
            change(&render.plan)
            render.result = Fixtures.result(outputs: came).withoutLinks
            return JobProgress(.done, [render], spend: [])
        }
        #expect(progress(2, of: 3).words == "2 of 3 pictures, 1 failed")
        #expect(progress(3, of: 3).words == "3 pictures")
        let set = progress(2, of: 6) { $0.quote = Quote(price, Quote.Order(count: 6, countLow: 1)) }
        #expect(set.words == "2 pictures")
    }

    @Test func `a render that renderdrop looks for needs no decision`() {
        func words(_ isLookedFor: Bool) -> String {
            let lost = Failure(
                code: "answer_lost", message: "", advice: "", fault: .provider, retryable: isLookedFor)
            return JobProgress(.active, [Fixtures.render(Fixtures.jobID(), 1, state: .undecided(lost))], spend: [])
                .words
        }
        #expect(words(true) == "0 of 1 picture, 1 being looked for")
        #expect(words(false) == "0 of 1 picture, 1 needs a decision")
    }

    @Test func `a failed job says which job tried it again`() async throws {
        let scene = try await scene(.empty)
        let broke = Failure(code: "x", message: "broke", advice: "", fault: .job, retryable: false)
        try await scene.add(1, "cups", ended: .failed, [.init(state: .failed(broke))])
        try await scene.add(2, "cups", ended: .done, [.init(state: .delivered, came: 1)], retries: 1)
        #expect(try await scene.screen().contains("; tried again as \(Fixtures.jobID(2).tail)"))
    }

    @Test func `of many jobs with one name the newest are shown`() async throws {
        let scene = try await scene(.empty)
        for index in 1...60 { try await scene.add(index, "nightly", ended: .done, [.init(state: .delivered, came: 1)]) }
        let text = try await scene.screen("nightly")
        #expect(text.split(separator: "\n").count { $0.hasPrefix("✓ nightly") } == 40)
        #expect(text.contains("20 more jobs: `renderdrop status nightly --all`"))
        #expect(try await scene.report("nightly", all: true).jobs.count == 60)
    }

    /// Nobody keeps the list of the last watcher true.
    @Test func `without a watcher status looks into the inbox itself`() async throws {
        var scene = try await scene(.noWatcher)
        scene.kill()
        try scene.waits([("gone.yaml", "still empty", .empty), ("kept.yaml", "not due", .time)])
        try scene.place.write("inbox/kept.yaml", Array("prompt: x".utf8))
        try scene.place.write("inbox/sub/new.yaml", Array("prompt: x".utf8))
        try scene.place.write("inbox/.DS_Store", Array("x".utf8))
        let waiting = try await scene.report().waiting
        #expect(waiting.map(\.file) == ["kept.yaml", "sub/new.yaml"])
        #expect(waiting.first?.reason == "not due" && waiting.last?.reason.hasPrefix("not scanned yet") == true)
        #expect(try await scene.report("sub").waiting.map(\.file) == ["sub/new.yaml"])
        #expect(try await scene.report("new").waiting.map(\.file) == ["sub/new.yaml"])
    }

    @Test func `a job with several mistakes says where all of them are`() async throws {
        let scene = try await scene(.empty)
        let words = "bad.yaml:1:1: error: unknown field `promt`\n   ^\nbad.yaml:2:1: error: unknown field `siez`"
        var failure = Failure(code: "job_invalid", message: words, advice: "", fault: .job, retryable: false)
        failure.problems = 2
        try await scene.add(1, "bad", in: "C", ended: .failed, [], failure: failure)
        #expect(try await scene.screen().contains("and 1 more mistake: failed/C/bad/ERROR.txt"))
    }

    @Test func `a command in an advice names the job once it is known`() {
        let failure = Failure(
            code: "x", message: "", advice: Message.renderMissing, fault: .job, retryable: false)
        let named = failure.naming(Fixtures.jobID()).advice
        #expect(named.hasSuffix("or run `renderdrop retry \(Fixtures.jobID())`") && !named.contains("NAME"))
    }

    @Test func `a folder is asked for with and without jobs in it`() async throws {
        let scene = try await scene(.empty)
        try FileManager.default.createDirectory(
            atPath: scene.place("inbox/camp"), withIntermediateDirectories: true)
        #expect(try await scene.screen("camp").contains("… camp: no file waits in this folder"))
        try await scene.add(1, "tent", in: "camp", ended: .done, [.init(state: .delivered, came: 1)])
        let text = try await scene.screen("camp")
        #expect(text.contains("camp/tent") && !text.contains("…"))
        let search = StatusSearch(scene.place("inbox"), configuration: scene.configuration, root: scene.place.path)
        #expect(search.isEverything)
    }

    @Test func `a line with colours is cut where its text is`() {
        let line = "\u{1B}[31m✗ broken\u{1B}[0m  failed; 1 of 3"
        #expect(DisplayWidth.cutStyled(line, 40) == line)
        #expect(DisplayWidth.cutStyled(line, 6) == "\u{1B}[31m✗ bro…\u{1B}[0m")
        #expect(DisplayWidth.plain(DisplayWidth.cutStyled(line, 12)) == "✗ broken  f…")
        #expect(DisplayWidth.rows(line, 8) == 3)
    }

    @Test func `with --all everything is there`() async throws {
        let scene = try await scene(.manyJobs)
        let text = try await scene.screen(rows: 24, all: true)
        for index in 1...90 { #expect(text.contains("job-\(index) ")) }
        #expect(text.contains("drop-10000.yaml"))
        #expect(!text.contains("--all"))
    }

    @Test func `programs get every file that waits, and what was delivered is counted`() async throws {
        let scene = try await scene(.manyJobs)
        let report = try await scene.report()
        #expect(report.waiting.count == 10_000)
        #expect(report.counts["delivered"] == 30)
        #expect(report.moreJobs == 90 - report.jobs.count)
    }

    // MARK: - What is asked for

    private func found(_ scene: StatusScene, _ text: String) async throws -> [String] {
        try await scene.report(text).jobs.map(\.path)
    }

    @Test func `a job is found by name, id, file, folder and what it delivered`() async throws {
        let scene = try await scene(.atWork)
        let job = Fixtures.jobID(2)
        for text in [
            job.text, job.tail, "B/same.yaml", "inbox/B/same.yaml", scene.place("inbox/B/same.yaml"), "B", "inbox/B/",
            "same-wood-neon.png", "outbox/B/same/same-wood-neon.png", "working/same~" + job.tail,
        ] { #expect(try await found(scene, text) == ["B/same"], "\(text)") }
        #expect(try await found(scene, "same") == ["B/same", "A/same"])
        #expect(try await found(scene, "nobody") == [])
        #expect(try await found(scene, "x") == [])
    }

    @Test(arguments: ["same-wood-neon.png", "same-001.json"])
    func `a picture and its sidecar lead to the prompt`(file: String) async throws {
        let scene = try await scene(.atWork)
        let text = try await scene.screen(file)
        #expect(text.contains("\(file): render 1 of 2, delivered"))
        #expect(text.contains("Prompt: A paper boat"))
        #expect(!text.contains("glass"))
        let found = try #require(try await scene.report(file).found)
        #expect(found.map(\.render) == [1])
    }

    @Test func `a file that waits is found by path and by the name of its job`() async throws {
        let scene = try await scene(.waitingFiles)
        try scene.place.write("inbox/cat.yaml", "prompt: x".utf8)
        func files(_ text: String) async throws -> [String] { try await scene.report(text).waiting.map(\.file) }
        for text in ["dog", "dog.yaml", "inbox/dog.yaml", scene.place("inbox/dog.yaml")] {
            #expect(try await files(text) == ["dog.yaml"], "\(text)")
        }
        #expect(try await files("late") == ["late/owl.yaml"])
        #expect(try await files("inbox/late") == ["late/owl.yaml"])
        #expect(try await files("owl") == ["late/owl.yaml"])
        // It lies there, and nobody has looked at it yet.
        #expect(try await files("cat") == ["cat.yaml"])
        #expect(try await files("do") == [])
    }

    @Test func `a reason of before the render moved is not told`() async throws {
        let scene = try await scene(.paused)
        let id = RenderID(job: Fixtures.jobID(1), number: 1)
        try await scene.ledger.record(
            Step(lease: Fixtures.lease(id), render: id, from: .queued, to: .canceled, at: StatusScene.now))
        let what = try await scene.report().jobs.first?.renders.first?.what
        #expect(what == "canceled 21 Nov, 16:00 CET (qwen-image-plus, 1 picture)")
    }
}

extension Fixtures {
    fileprivate static let undecided = Failure(
        code: "answer_lost", message: "the answer to the submit was lost",
        advice: "look for it in the provider's console",
        fault: .provider, retryable: false)
}
