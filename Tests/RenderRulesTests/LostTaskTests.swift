import Foundation
import RenderCore
import Testing

/// A row of the table in `docs/lost-tasks.md`: what is found, and what is decided about each parked submit, look by look.
struct LostTaskCase: Sendable, CustomTestStringConvertible {
    typealias Fixtures = LostTaskFixtures

    struct Look: Sendable {
        var at: Double
        /// In order of the parked submits.
        var decisions: [LostTaskDecision]

        init(_ at: Double, _ decisions: LostTaskDecision...) {
            self.at = at
            self.decisions = decisions
        }
    }

    var row: String
    var search = Fixtures.search()
    var submits = [Fixtures.submit()]
    var candidates: [LostCandidate] = []
    var isListWhole = true
    var isClockRight = true
    var looks: [Look]

    var testDescription: String { row }

    /// Of a list that nobody documents, and that shows no task of ours.
    static var unproved: LostTaskSearch {
        var search = Fixtures.search()
        search.provesAbsence = false
        return search
    }

    static func look(_ at: Double, _ because: LostTaskDecision.Waiting) -> LostTaskDecision {
        .look(again: Fixtures.at(at), because: because)
    }

    static func ask(_ question: LostTaskDecision.Question, _ tasks: String...) -> LostTaskDecision {
        .ask(question, candidates: tasks.map { TaskID($0) })
    }

    static func adopt(_ task: String) -> LostTaskDecision { .adopt(TaskID(task)) }

    private static var elsewhere: LostSubmit {
        var submit = Fixtures.submit()
        submit.isElsewhere = true
        return submit
    }

    /// What counts as if there were nothing.
    private static let twice = [
        Look(2, look(12, .nothingYet)), Look(115, look(122, .nothingYet)), Look(122, .sendAgain),
    ]

    static let all: [LostTaskCase] = [
        LostTaskCase(
            row: "named", submits: [Fixtures.submit(requestID: "r7")],
            candidates: [
                Fixtures.task("t1", echo: "a cat"), Fixtures.task("t2", "RUNNING", key: "other", requestID: "r7"),
            ], looks: [Look(2, adopt("t2"))]),
        LostTaskCase(
            row: "named", search: Fixtures.search(echoes: false),
            submits: (1...3).map { Fixtures.submit($0, seed: $0, requestID: "r\($0)") },
            candidates: (1...3).map { Fixtures.task("t\($0)", "PENDING", requestID: "r\($0)") },
            looks: [Look(2, adopt("t1"), adopt("t2"), adopt("t3"))]),
        LostTaskCase(row: "other account", submits: [elsewhere], looks: [Look(2, ask(.otherAccount))]),
        LostTaskCase(
            row: "other account", submits: [elsewhere, Fixtures.submit(2, prompt: "a dog")],
            looks: [Look(2, ask(.otherAccount), look(12, .nothingYet))]),
        LostTaskCase(
            row: "clock off", isClockRight: false,
            looks: [Look(2, look(12, .clockOff)), Look(115, look(121, .clockOff)), Look(122, ask(.clockOff))]),
        LostTaskCase(
            row: "list not whole", isListWhole: false,
            looks: [
                Look(2, look(12, .listNotWhole)), Look(115, look(121, .listNotWhole)), Look(122, ask(.listNotWhole)),
            ]),
        LostTaskCase(
            row: "list not whole", candidates: [Fixtures.task("t1", echo: "a cat")], isListWhole: false,
            looks: [Look(2, look(12, .listNotWhole)), Look(122, ask(.listNotWhole, "t1"))]),
        LostTaskCase(
            row: "list not proved", search: unproved,
            looks: [
                Look(2, look(12, .listNotWhole)), Look(115, look(121, .listNotWhole)), Look(122, ask(.listNotWhole)),
            ]),
        LostTaskCase(row: "nothing, once", looks: [Look(2, look(12, .nothingYet))]),
        LostTaskCase(
            row: "nothing, once", looks: [Look(900, look(910, .nothingYet)), Look(901, look(911, .nothingYet))]),
        LostTaskCase(row: "nothing, twice", looks: twice),
        LostTaskCase(
            row: "nothing, twice", search: Fixtures.search(echoes: false, key: nil), looks: twice),
        LostTaskCase(row: "nothing, long ago", looks: [Look(23 * 3600 + 1, ask(.tooOld))]),
        LostTaskCase(
            row: "only failed", search: Fixtures.search(echoes: false),
            candidates: [Fixtures.task("t1", "FAILED"), Fixtures.task("t2", "CANCELED")], looks: twice),
        LostTaskCase(row: "other key", candidates: [Fixtures.task(echo: "a cat", key: "other")], looks: twice),
        LostTaskCase(
            row: "other time",
            candidates: [
                Fixtures.task("t1", echo: "a cat", created: -301), Fixtures.task("t2", echo: "a cat", created: 302),
            ], looks: twice),
        LostTaskCase(row: "other prompt", candidates: [Fixtures.task(echo: "a dog")], looks: twice),
        LostTaskCase(
            row: "unread", candidates: [Fixtures.task("t1"), Fixtures.task("t2", echo: "a cat"), Fixtures.task("t3")],
            looks: [Look(2, .query([TaskID("t1"), TaskID("t3")]))]),
        LostTaskCase(
            row: "still running", candidates: [Fixtures.task("t1", "RUNNING"), Fixtures.task("t2", echo: "a cat")],
            looks: [Look(2, look(12, .running)), Look(9_000, look(9_010, .running))]),
        LostTaskCase(
            row: "still running", candidates: [Fixtures.task("t1", "SUSPENDED")], looks: [Look(2, look(12, .running))]),
        LostTaskCase(
            row: "still sending",
            submits: [Fixtures.submit(1, seed: 1), Fixtures.submit(2, seed: 2, intent: 3, standing: .sending)],
            candidates: [Fixtures.task(echo: "a cat")], looks: [Look(4, look(14, .sending))]),
        LostTaskCase(
            row: "gone", candidates: [Fixtures.task(state: .unknown)],
            looks: [Look(2, look(12, .gone)), Look(121, ask(.gone, "t1"))]),
        LostTaskCase(
            row: "almost the same", candidates: [Fixtures.task(echo: "A cat.")],
            looks: [Look(2, ask(.echoUnclear, "t1"))]),
        LostTaskCase(
            row: "no echo", search: Fixtures.search(echoes: false), candidates: [Fixtures.task("t1", "PENDING")],
            looks: [Look(2, ask(.noEcho, "t1"))]),
        LostTaskCase(
            row: "no echo", candidates: [Fixtures.task(state: Fixtures.finished("t1", echo: nil))],
            looks: [Look(2, ask(.noEcho, "t1"))]),
        LostTaskCase(
            row: "no echo", submits: [Fixtures.submit(prompt: " ")], candidates: [Fixtures.task(echo: "")],
            looks: [Look(2, ask(.noEcho, "t1"))]),
        LostTaskCase(
            row: "undated", candidates: [Fixtures.task(echo: "a cat", created: nil)],
            looks: [Look(2, ask(.undated, "t1"))]),
        LostTaskCase(
            row: "own key unknown", search: Fixtures.search(key: nil), candidates: [Fixtures.task(echo: "a cat")],
            looks: [Look(2, look(12, .ownKeyUnknown)), Look(121, ask(.ownKeyUnknown, "t1"))]),
        LostTaskCase(
            row: "own key unknown", candidates: [Fixtures.task(echo: "a cat", key: nil)],
            looks: [Look(2, look(12, .ownKeyUnknown)), Look(121, ask(.ownKeyUnknown, "t1"))]),
        LostTaskCase(
            row: "other bodies", submits: (1...3).map { Fixtures.submit($0, seed: $0) },
            candidates: (1...3).map { Fixtures.task("t\($0)", echo: "a cat", created: Double($0)) },
            looks: [
                Look(
                    2, ask(.otherBodies, "t1", "t2", "t3"), ask(.otherBodies, "t1", "t2", "t3"),
                    ask(.otherBodies, "t1", "t2", "t3"))
            ]),
        LostTaskCase(
            // A person had seed 1 sent again; the one task may be its first attempt's.
            row: "other bodies",
            submits: [
                Fixtures.submit(1, seed: 1, standing: .abandoned(since: Fixtures.at(1))), Fixtures.submit(2, seed: 2),
            ], candidates: [Fixtures.task(echo: "a cat")], looks: [Look(2, ask(.otherBodies, "t1"))]),
        LostTaskCase(
            row: "too many", candidates: [Fixtures.task("t1", echo: "a cat"), Fixtures.task("t2", echo: "a cat")],
            looks: [Look(2, ask(.tooMany, "t1", "t2"))]),
        LostTaskCase(
            row: "too many", search: Fixtures.search(echoes: false, exclusive: true, key: nil),
            candidates: [Fixtures.task("t1"), Fixtures.task("t2")], looks: [Look(2, ask(.tooMany, "t1", "t2"))]),
        LostTaskCase(
            row: "too few", submits: [Fixtures.submit(1), Fixtures.submit(2)],
            candidates: [Fixtures.task(echo: "a cat"), Fixtures.task("t2", "FAILED")],
            looks: [
                Look(2, look(12, .fewer), look(12, .fewer)), Look(121, ask(.tooFew, "t1"), ask(.tooFew, "t1")),
            ]),
        LostTaskCase(row: "echo", candidates: [Fixtures.task(echo: "a cat")], looks: [Look(2, adopt("t1"))]),
        LostTaskCase(
            row: "echo", submits: [Fixtures.submit(1), Fixtures.submit(2, prompt: "a dog")],
            candidates: [
                Fixtures.task("t1", echo: "a dog"), Fixtures.task("t2", echo: "a cat"),
                Fixtures.task("t3", echo: "a cat", key: "other"), Fixtures.task("t4", echo: "a cow"),
            ], looks: [Look(2, adopt("t2"), adopt("t1"))]),
        LostTaskCase(
            row: "equal bodies", submits: [Fixtures.submit(2, intent: 5), Fixtures.submit(1)],
            candidates: [
                Fixtures.task("t1", echo: "a cat", created: 6), Fixtures.task("t2", echo: "a cat", created: 1),
            ], looks: [Look(7, adopt("t1"), adopt("t2"))]),
        LostTaskCase(
            // The same prompt and other seeds, but at times that never meet.
            row: "echo", submits: [Fixtures.submit(1, seed: 1), Fixtures.submit(2, seed: 2, intent: 1_000)],
            candidates: [
                Fixtures.task("t1", echo: "a cat", created: 1), Fixtures.task("t2", echo: "a cat", created: 1_001),
            ], looks: [Look(1_002, adopt("t1"), adopt("t2"))]),
        LostTaskCase(
            row: "ours alone", search: Fixtures.search(echoes: false, exclusive: true, key: nil),
            candidates: [Fixtures.task("t1", "RUNNING", key: nil)], looks: [Look(2, adopt("t1"))]),
    ]
}

@Suite struct LostTaskTests {
    @Test func `every row of the document has a case, and every case a row`() throws {
        let rows = try LostTaskDocument.rows()
        #expect(rows.count > 15)
        #expect(Set(rows).count == rows.count)
        #expect(Set(rows) == Set(LostTaskCase.all.map(\.row)))
    }

    @Test(arguments: LostTaskCase.all) func `a row is decided as the document says`(row: LostTaskCase) {
        var looks = LostTaskLooks()
        let parked = row.submits.filter { if case .parked = $0.standing { true } else { false } }
        for look in row.looks {
            let now = LostTaskFixtures.at(look.at)
            let decisions = row.search.decide(
                row.submits, candidates: row.candidates, looks: looks, isListWhole: row.isListWhole,
                isClockRight: row.isClockRight, at: now)
            #expect(parked.map { decisions[$0.id] } == look.decisions, "at \(look.at)")
            #expect(decisions.count == parked.count)
            looks.note(decisions, at: now)
        }
    }

    @Test(arguments: LostTaskCase.all) func `the order of what is found decides nothing`(row: LostTaskCase) {
        let now = LostTaskFixtures.at(row.looks[0].at)
        let straight = row.search.decide(
            row.submits, candidates: row.candidates, looks: LostTaskLooks(), at: now)
        let reversed = row.search.decide(
            row.submits.reversed(), candidates: row.candidates.reversed(), looks: LostTaskLooks(), at: now)
        #expect(straight == reversed)
    }

    @Test func `the quiet period begins with the parking, though the list was read before it`() {
        let search = LostTaskFixtures.search()
        let submit = LostTaskFixtures.submit(standing: .parked(since: LostTaskFixtures.at(40)))
        var looks = LostTaskLooks()
        func look(_ at: Double) -> LostTaskDecision? {
            let now = LostTaskFixtures.at(at)
            let decisions = search.decide([submit], candidates: [], looks: looks, at: now)
            looks.note(decisions, at: now)
            return decisions[submit.id]
        }
        #expect(look(30) == LostTaskCase.look(40, .nothingYet))
        #expect(look(151) == LostTaskCase.look(160, .nothingYet))
        #expect(look(160) == .sendAgain)
    }

    @Test(arguments: [
        (0, 100, true), (-299, 100, true), (-301, 100, false), (301, 100, false), (0, 599, true), (0, 601, false),
    ])
    func `our own youngest task and anybody's from the future tell of a wrong clock`(
        offset: Double, other: Double, isRight: Bool
    ) {
        func row(_ name: String, _ created: Double) -> TaskListing {
            TaskListing(
                task: TaskID(name), status: .succeeded, model: "m", requestID: nil, keyID: nil,
                created: LostTaskFixtures.at(created))
        }
        func known(_ name: String, _ accepted: Double) -> LostTaskFacts.Known {
            let render = LostTaskFixtures.submit().id.render
            return LostTaskFacts.Known(
                task: TaskRecord(
                    id: TaskID(name), render: render, attempt: 1, model: "m", status: "SUCCEEDED",
                    acceptedAt: LostTaskFixtures.at(accepted)), keyMark: nil)
        }
        // An older one was accepted when the clock was still wrong.
        let facts = LostTaskFacts(known: [known("new", -60 + offset), known("old", 9_999)], open: [], keyIDs: [:])
        let listed = [row("old", -5_000), row("new", -60), row("other", other)]
        #expect(facts.isClockRight(listed, slack: .seconds(300), at: LostTaskFixtures.at(0)) == isRight)
    }

    @Test(arguments: [-600.0, 600])
    func `a clock that was set while it was sent hides no task`(jump: Double) {
        let search = LostTaskFixtures.search()
        for wrong in [0, jump] {
            // Either the first time was right or the second.
            let submit = LostTaskFixtures.submit(standing: .parked(since: LostTaskFixtures.at(jump)))
            let decisions = search.decide(
                [submit], candidates: [LostTaskFixtures.task(echo: "a cat", created: wrong)], looks: LostTaskLooks(),
                at: LostTaskFixtures.at(jump + 1))
            #expect(decisions[submit.id] == LostTaskCase.adopt("t1"))
        }
    }

    @Test func `a clock that was set back by a day makes nobody wait a day for a question`() {
        let search = LostTaskFixtures.search(key: nil)
        let submit = LostTaskFixtures.submit(intent: 86_400)
        let decisions = search.decide(
            [submit], candidates: [LostTaskFixtures.task(echo: "a cat", created: 86_400)], looks: LostTaskLooks(),
            at: LostTaskFixtures.at(10))
        #expect(decisions[submit.id] == LostTaskCase.ask(.ownKeyUnknown, "t1"))
    }

    @Test func `a task that showed up and vanished begins the quiet period anew`() {
        let search = LostTaskFixtures.search()
        let submit = LostTaskFixtures.submit()
        var looks = LostTaskLooks()
        func look(_ at: Double, _ candidates: [LostCandidate]) -> LostTaskDecision? {
            let now = LostTaskFixtures.at(at)
            let decisions = search.decide([submit], candidates: candidates, looks: looks, at: now)
            looks.note(decisions, at: now)
            return decisions[submit.id]
        }
        _ = look(2, [])
        _ = look(60, [LostTaskFixtures.task("t1", "RUNNING")])
        #expect(look(130, []) == LostTaskCase.look(140, .nothingYet))
        #expect(look(249, []) == LostTaskCase.look(250, .nothingYet))
        #expect(look(250, []) == .sendAgain)
    }

    @Test func `a clock that goes back begins the quiet period anew`() {
        let search = LostTaskFixtures.search()
        let submit = LostTaskFixtures.submit()
        var looks = LostTaskLooks()
        for (at, expected) in [(500.0, false), (100, false), (219, false), (220, true)] {
            let now = LostTaskFixtures.at(at)
            let decisions = search.decide([submit], candidates: [], looks: looks, at: now)
            looks.note(decisions, at: now)
            #expect((decisions[submit.id] == .sendAgain) == expected, "at \(at)")
        }
    }

    @Test(arguments: [
        (Optional(Model.TextLimit(count: 5, unit: .characters)), "abcde", LostTaskCase.adopt("t1")),
        (Model.TextLimit(count: 6, unit: .characters), "abcde", LostTaskCase.adopt("t1")),
        (Model.TextLimit(count: 5, unit: .tokens), "abcde", LostTaskCase.ask(.echoUnclear, "t1")),
        (Model.TextLimit(count: 7, unit: .characters), "abcde", LostTaskCase.ask(.echoUnclear, "t1")),
        (nil, "abcde", LostTaskCase.ask(.echoUnclear, "t1")),
        (Model.TextLimit(count: 800, unit: .characters), "abcde", LostTaskCase.look(12, .nothingYet)),
        (Model.TextLimit(count: 800, unit: .characters), "abcde fghi\r\n", LostTaskCase.adopt("t1")),
    ])
    func `an echo may be cut at the model's limit`(
        limit: Model.TextLimit?, echo: String, expected: LostTaskDecision
    ) {
        let submit = LostTaskFixtures.submit(prompt: "abcde fghi", limit: limit)
        let decisions = LostTaskFixtures.search().decide(
            [submit], candidates: [LostTaskFixtures.task(echo: echo)], looks: LostTaskLooks(),
            at: LostTaskFixtures.at(2))
        #expect(decisions[submit.id] == expected)
    }

    @Test(arguments: [
        (Optional(10), LostTaskCase.ask(.echoUnclear, "t1")), (nil, LostTaskCase.look(12, .nothingYet)),
    ])
    func `an echo of a Chinese prompt may be cut earlier, which is never certain`(cjk: Int?, expected: LostTaskDecision)
    {
        let submit = LostTaskFixtures.submit(
            prompt: String(repeating: "舟", count: 20),
            limit: Model.TextLimit(count: 800, unit: .characters, cjk: cjk))
        let decisions = LostTaskFixtures.search().decide(
            [submit], candidates: [LostTaskFixtures.task(echo: String(repeating: "舟", count: 10))],
            looks: LostTaskLooks(), at: LostTaskFixtures.at(2))
        #expect(decisions[submit.id] == expected)
    }

    @Test func `a finished task without a readable picture may have been paid for`() {
        let failure = Failure(code: "no_picture", message: "", advice: "", fault: .job, retryable: false)
        let submit = LostTaskFixtures.submit()
        func decision(_ status: String) -> LostTaskDecision? {
            LostTaskFixtures.search().decide(
                [submit], candidates: [LostTaskFixtures.task("t1", status, state: .failed(failure))],
                looks: LostTaskLooks(), at: LostTaskFixtures.at(2))[submit.id]
        }
        #expect(decision("SUCCEEDED") == LostTaskCase.ask(.noEcho, "t1"))
        #expect(decision("RUNNING") == LostTaskCase.look(12, .running))
        #expect(decision("FAILED") == LostTaskCase.look(12, .nothingYet))
    }

    @Test func `two links that differ in their query alone are two requests`() {
        let render = LostTaskFixtures.submit().id.render
        func content(_ url: String, tags: [String] = []) -> RequestContent {
            let reference = PlannedReference(name: "p", source: .url(url))
            return RequestContent(LostTaskFixtures.plan(references: [reference], tags: tags), of: render)
        }
        #expect(content("https://a.test/p?id=1") != content("https://a.test/p?id=2"))
        #expect(content("https://a.test/p?id=1", tags: ["x"]) == content("https://a.test/p?id=1"))
    }

    @Test func `pictures are equal by their digests, and unread ones never`() {
        let renders = [LostTaskFixtures.submit(1).id.render, LostTaskFixtures.submit(2).id.render]
        func contents(_ digests: [String?]) -> [RequestContent] {
            zip(digests, renders).map { digest, render in
                let reference = PlannedReference(
                    name: "\(digest ?? "x").png", source: .file(name: "x.png"), sha256: digest.map { _ in "00ff" })
                return RequestContent(LostTaskFixtures.plan(references: [reference]), of: render)
            }
        }
        #expect(Set(contents(["a", "b"])).count == 1)
        #expect(Set(contents([nil, nil])).count == 2)
    }
}

enum LostTaskDocument {
    /// The names in the first column of the table in `docs/lost-tasks.md`.
    static func rows(file: String = #filePath) throws -> [String] {
        let root = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("docs/lost-tasks.md"), encoding: .utf8)
        return text.split(separator: "\n").filter { $0.hasPrefix("| ") }.compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 4, cells[0] != "row", !cells[0].hasPrefix("---") else { return nil }
            return cells[0]
        }
    }
}
