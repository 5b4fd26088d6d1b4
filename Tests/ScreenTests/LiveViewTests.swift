import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore
@testable import RenderEngine
@testable import RenderdropCommands

/// The live view as a person sees it: events in, a terminal's screen out.
@Suite struct LiveViewTests {
    /// A board, the rows that are drawn of it, and the terminal that they are drawn on.
    private struct View {
        var board = ProgressBoard()
        var region = LiveRegion()
        var terminal: VirtualTerminal
        var isStopping = false

        init(_ columns: Int, _ rows: Int = 24, _ kind: VirtualTerminal.Kind = .reflows) {
            terminal = VirtualTerminal(columns: columns, rows: rows, kind: kind)
        }

        mutating func apply(
            _ kinds: EngineEvent.Kind..., job: Int? = nil, name: String? = nil, render: Int? = nil,
            source: String? = nil, after seconds: Double = 0
        ) {
            for kind in kinds {
                board.apply(
                    EngineEvent(
                        at: Fixtures.start + seconds, job: job.map(LiveViewTests.job), name: name, render: render,
                        source: source, kind: kind))
            }
        }

        var size: LiveScreen.Size { LiveScreen.Size(columns: terminal.columns, rows: terminal.rows) }

        mutating func draw(after seconds: Double = 12, isLast: Bool = false) {
            let screen = LiveScreen(
                board: board, size: size, now: Fixtures.start + seconds, isStopping: isStopping, isLast: isLast)
            terminal.write(region.draw(screen.rows, at: size) { text, _ in text })
        }

        /// The events have ended.
        mutating func end() {
            board = board.last(isStopping: isStopping)
            draw(isLast: true)
            region.forget()
        }

        var screen: [String] { terminal.screen }

        /// Rows about a job of this name.
        func rows(_ name: String) -> [String] { screen.filter { $0.dropFirst(2).hasPrefix(name) } }
    }

    private static func job(_ number: Int) -> JobID {
        JobID(at: Fixtures.start, randomness: [0, 0, 0, 0, 0, 0, 0, 0, UInt8(number >> 8), UInt8(number & 255)])
    }

    private static func money(_ decimal: String) -> Money? { Money(decimal: decimal, currency: "CNY") }

    private static func progress(_ made: Int, failed: Int = 0, cost: String) -> JobProgress {
        var render = Fixtures.render(job(1))
        render.plan.count = made + failed
        render.state = .delivered
        render.result = RenderResult(
            task: nil, requestID: nil, status: "SUCCEEDED",
            outputs: (0..<made).map { .init(index: $0 + 1, url: "") },
            failedParts: (0..<failed).map { .init(index: made + $0 + 1, code: "x", message: "") },
            learnedAt: Fixtures.start)
        var spend = Fixtures.spend(render.id)
        spend.state = .settled
        spend.actual = money(cost)
        return JobProgress(.done, [render], spend: [spend])
    }

    private static let laneFull = QueueReason.overBudget(
        Failure(code: "x", message: "the lane is full", advice: "", fault: .account, retryable: true))

    private static func waits(_ path: String, _ reason: String) -> WaitingDrop {
        let parts = path.split(separator: "/")
        return WaitingDrop(
            folder: parts.dropLast().joined(separator: "/"), name: String(parts.last ?? ""), .copying, text: reason)
    }

    /// One job in each situation.
    private static func everything(_ view: inout View) {
        view.apply(.claimed(renders: 1, estimate: money("0.20")), job: 1, name: "paper-lighthouse")
        view.apply(.jobDone(folder: "paper-lighthouse", progress(1, cost: "0.20")), job: 1)
        view.apply(.claimed(renders: 1, estimate: money("0.42")), job: 2, name: "part")
        view.apply(.jobDone(folder: "part", progress(2, failed: 1, cost: "0.28")), job: 2)
        view.apply(.invalid(problems: 10), job: 3, name: "broken")
        view.apply(.jobFailed(folder: "failed/broken", nil, JobProgress(.failed, [], spend: [])), job: 3)
        view.apply(.claimed(renders: 200, estimate: money("28.00")), job: 4, name: "cups")
        for render in 1...20 {
            view.board.apply(
                EngineEvent(
                    at: Fixtures.start, job: job(4), render: render, kind: .submitting(attempt: 1, mode: .async)))
        }
        for render in 1...4 {
            view.board.apply(
                EngineEvent(
                    at: Fixtures.start, job: job(4), render: render, kind: .delivered(files: [], cost: money("0.14"))))
        }
        view.board.apply(
            EngineEvent(
                at: Fixtures.start, job: job(4), render: 5,
                kind: .renderFailed(
                    Failure(code: "x", message: "refused", advice: "", fault: .job, retryable: false))))
        view.apply(.claimed(renders: 1, estimate: money("0.40")), .accepted(TaskID("t")), job: 5, name: "橙色的猫戴着红帽子")
        view.apply(
            .inbox([
                waits("campaign/tent.json", "still growing"),
                waits("cat.jpg", "no job file here names this file"),
                waits("rows.csv", "renderdrop does not take files of this kind"),
            ]))
    }

    @Test func `what the provider says of a task is shown, and cannot write on the screen`() {
        var line = ProgressLine(name: "cat", since: Fixtures.start)
        line.apply(EngineEvent(at: Fixtures.start, kind: .progress(TaskProgress(words: "third in\u{1B} line"))))
        #expect(line.words == "third in\u{FFFD} line")
        line.apply(EngineEvent(at: Fixtures.start, kind: .progress(TaskProgress(words: "painting", fraction: 0.456))))
        #expect(line.words == "painting, 45 %" && line.rank == .atWork)
    }

    @Test func `at 40 columns`() {
        var view = View(40)
        Self.everything(&view)
        view.draw()
        #expect(
            view.screen == [
                "✗ broken      cannot be rendered",
                "⠋ cups        4 of 200, 15 running, 1 …",
                "⠋ 橙色的猫戴… accepted, waits at the p…",
                "✓ paper-ligh… done 0.20 CNY",
                "✓ part        2 of 3 pictures, 1 failed",
                "… campaign/tent.json: still growing",
                "… cat.jpg: no job file here names this…",
                "… rows.csv: renderdrop does not take f…",
            ])
    }

    @Test func `at 80 columns`() {
        var view = View(80)
        Self.everything(&view)
        view.draw()
        #expect(
            view.screen == [
                "✗ broken             cannot be rendered → failed/broken/…  0:00",
                "⠋ cups               4 of 200, 15 running, 1 failed        0:12  0.56 CNY",
                "⠋ 橙色的猫戴着红帽子 accepted, waits at the provider       0:12  about 0.40 CNY",
                "✓ paper-lighthouse   done → outbox/paper-lighthouse        0:00  0.20 CNY",
                "✓ part               2 of 3 pictures, 1 failed → outbox/…  0:00  0.28 CNY",
                "… campaign/tent.json: still growing",
                "… cat.jpg: no job file here names this file",
                "… rows.csv: renderdrop does not take files of this kind",
            ])
    }

    @Test func `at 200 columns`() {
        var view = View(200)
        Self.everything(&view)
        view.draw()
        #expect(
            view.screen == [
                "✗ broken             cannot be rendered → failed/broken/ERROR.txt                                                                                                         0:00",
                "⠋ cups               4 of 200, 15 running, 1 failed                                                                                                                       0:12  0.56 CNY of about 28.00",
                "⠋ 橙色的猫戴着红帽子 accepted, waits at the provider                                                                                                                      0:12  about 0.40 CNY",
                "✓ paper-lighthouse   done → outbox/paper-lighthouse                                                                                                                       0:00  0.20 CNY",
                "✓ part               2 of 3 pictures, 1 failed → outbox/part                                                                                                              0:00  0.28 CNY",
                "… campaign/tent.json: still growing",
                "… cat.jpg: no job file here names this file",
                "… rows.csv: renderdrop does not take files of this kind",
            ])
    }

    @Test(arguments: VirtualTerminal.Kind.allCases, [(120, 40), (40, 120), (80, 25), (30, 12)])
    func `after a resize the screen is as if it had been that size from the start`(
        kind: VirtualTerminal.Kind, widths: (before: Int, after: Int)
    ) {
        var view = View(widths.before, 24, kind)
        Self.everything(&view)
        view.draw()
        view.terminal.resize(columns: widths.after, rows: 10)
        view.draw()
        var fresh = View(widths.after, 10)
        Self.everything(&fresh)
        fresh.draw()
        #expect(view.screen == fresh.screen)
        #expect(view.terminal.unknown == [])
        // And the next drawing begins where this one did.
        view.draw(after: 90)
        fresh.draw(after: 90)
        #expect(view.screen == fresh.screen)
    }

    @Test(arguments: [2, 5, 8, 13, 20, 30, 39, 52, 61, 100])
    func `no row is wrapped, and none leaves the screen, at any size`(columns: Int) {
        for rows in [1, 2, 3, 6, 24] {
            var view = View(columns, rows, .cuts)
            Self.everything(&view)
            view.isStopping = true
            view.apply(.stopping(StopReport(sending: 2, fetching: 3, atProvider: 12)))
            for second in 1...5 { view.draw(after: Double(second)) }
            let screen = LiveScreen(
                board: view.board, size: view.size, now: Fixtures.start + 5, isStopping: true
            ).rows
            // A screen of one row is the cursor's alone.
            guard rows > 1 else { continue }
            #expect(view.terminal.history == [], "\(columns) × \(rows)")
            #expect(screen.count < rows)
            #expect(view.screen.count == screen.count, "\(columns) × \(rows)")
            #expect(screen.allSatisfy { $0.width < max(2, columns) }, "\(columns) × \(rows)")
        }
    }

    @Test func `what has no room is counted`() {
        var view = View(80, 20)
        for number in 1...200 {
            view.apply(.claimed(renders: 1, estimate: Self.money("0.14")), job: number, name: "cup-\(number)")
        }
        for number in 1...24 {
            view.apply(.delivered(files: [], cost: Self.money("0.14")), job: number)
            view.apply(.jobDone(folder: "cup-\(number)", Self.progress(1, cost: "0.14")), job: number)
        }
        for number in 25...36 { view.apply(.submitting(attempt: 1, mode: .async), job: number) }
        view.draw()
        #expect(view.screen.count == 19)
        #expect(view.screen.last == "182 more, 12 running, 3.36 CNY of about 28.00")
        #expect(view.screen.first?.contains("cup-25") == true, "those at work come first: \(view.screen)")
    }

    @Test(arguments: [(40, 12), (80, 24)])
    func `a failure has its row in a full view`(columns: Int, rows: Int) {
        var view = View(columns, rows)
        view.apply(.invalid(problems: 2), job: 1, name: "bad")
        view.apply(.jobFailed(folder: "failed/bad", nil, JobProgress(.failed, [], spend: [])), job: 1)
        for number in 2...61 {
            view.apply(.claimed(renders: 1, estimate: Self.money("0.18")), job: number, name: "job-\(number)")
        }
        for number in 60...61 { view.apply(.submitting(attempt: 1, mode: .async), job: number) }
        view.draw()
        #expect(view.screen.count == rows - 1)
        #expect(view.screen.first?.hasPrefix("✗ bad ") == true, "\(view.screen)")
        #expect(view.rows("job-60").count + view.rows("job-61").count == 2, "\(view.screen)")
        #expect(view.screen.last == "\(61 - (rows - 2)) more, 2 running, about 10.80 CNY")
    }

    @Test func `rows come in the order in which a person needs them`() {
        var view = View(80)
        for (job, name) in ["done", "queued", "working", "failed", "asking"].enumerated() {
            view.apply(.claimed(renders: 1, estimate: nil), job: job, name: name)
        }
        view.apply(.jobDone(folder: "done", Self.progress(1, cost: "0.14")), job: 0)
        view.apply(.queued(Self.laneFull), job: 1)
        view.apply(.submitting(attempt: 1, mode: .async), job: 2)
        view.apply(.jobFailed(folder: "failed/failed", nil, Self.progress(0, failed: 1, cost: "0")), job: 3)
        view.apply(.undecided(Fixtures.failure), job: 4)
        view.draw()
        let heads = view.screen.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        #expect(heads == ["! asking", "✗ failed", "⠋ working", "… queued", "✓ done"])
    }

    @Test func `failures and decisions that have no row are counted`() {
        var view = View(80, 3)
        for number in 1...62 {
            view.apply(.claimed(renders: 1, estimate: Self.money("0.14")), job: number, name: "job-\(number)")
        }
        for number in 61...62 { view.apply(.undecided(Fixtures.failure), job: number) }
        for number in 63...64 {
            view.apply(.invalid(problems: 1), job: number, name: "job-\(number)")
            view.apply(.jobFailed(folder: "failed/x", nil, JobProgress(.failed, [], spend: [])), job: number)
        }
        view.draw()
        #expect(view.screen.first?.hasPrefix("! job-61 NEEDS A DECISION") == true, "\(view.screen)")
        #expect(view.screen.last == "63 more, 1 NEEDS A DECISION, 2 failed, about 8.68 CNY")
    }

    @Test func `failures that made room are still counted`() {
        var view = View(80)
        view.apply(.claimed(renders: 1, estimate: nil), job: 1, name: "at-work")
        for number in 2...602 {
            view.apply(.invalid(problems: 1), job: number, name: "bad-\(number)")
            view.apply(.jobFailed(folder: "failed/x", nil, JobProgress(.failed, [], spend: [])), job: number)
        }
        view.draw()
        #expect(view.screen.last == "580 more, 579 failed")
    }

    @Test func `what holds everything up comes from the snapshot, unless an event is newer`() {
        func failure(_ words: String) -> Failure {
            Failure(code: "x", message: words, advice: "wait", fault: .account, retryable: true)
        }
        func snapshot(_ sequence: Int, _ notices: EngineSnapshot.Notice...) -> EngineSnapshot {
            var snapshot = EngineSnapshot(at: Fixtures.start, watcher: "w", isStopped: false, notices: notices)
            snapshot.sequence = sequence
            return snapshot
        }
        var board = ProgressBoard()
        board.see(snapshot(3, .init(.budget, failure("the day's budget is spent"))))
        #expect(board.notice?.hasPrefix("x: the day's budget is spent") == true)
        board.see(snapshot(3, .init(.model, failure("no quota"), model: "wan2.6-t2i")))
        #expect(board.notice?.hasPrefix("wan2.6-t2i waits: x: no quota") == true)

        var event = EngineEvent(at: Fixtures.start, kind: .paused(failure("the key was refused")))
        event.sequence = 5
        board.apply(event)
        board.see(snapshot(4))
        #expect(board.notice?.hasPrefix("x: the key was refused") == true)
        board.see(snapshot(5))
        #expect(board.notice == nil)
    }

    @Test func `files that have no room are counted, too`() {
        var view = View(80, 8)
        view.apply(
            .inbox((1...300).map { Self.waits("sheet-\($0).csv", "renderdrop does not take files of this kind") }))
        view.draw()
        #expect(view.screen.count == 7)
        #expect(view.screen.last == "294 more files wait in the inbox")
    }

    @Test(arguments: ["dog.yaml", "dog.json", "dog.yml", "dog.yaml.txt", "campaign/dog.json"])
    func `a file leaves the view when it is taken, whatever it is called`(path: String) {
        var view = View(80)
        view.apply(
            .inbox([
                Self.waits(path, "still growing"),
                Self.waits("rows.csv", "renderdrop does not take files of this kind"),
            ]))
        view.draw()
        #expect(view.screen.contains { $0.contains(path + ": still growing") })
        view.apply(.claimed(renders: 1, estimate: nil), job: 1, name: "dog", source: path)
        view.draw()
        #expect(view.screen.filter { $0.contains("still growing") } == [])
        #expect(view.screen.contains { $0.contains("rows.csv") })
    }

    @Test func `a file that is invalid, moved away or deleted leaves the view`() {
        var view = View(80)
        view.apply(
            .inbox([
                Self.waits("bad.yaml", "still growing"),
                Self.waits("rows.csv", "renderdrop does not take files of this kind"),
            ]))
        view.apply(.invalid(problems: 1), job: 1, name: "bad", source: "bad.yaml")
        view.draw()
        #expect(view.screen.filter { $0.hasPrefix("…") } == ["… rows.csv: renderdrop does not take files of this kind"])
        view.apply(.inbox([]))
        view.draw()
        #expect(view.screen.filter { $0.hasPrefix("…") } == [])
    }

    @Test func `other words come above the rows, which stay whole`() {
        var view = View(60)
        Self.everything(&view)
        view.draw()
        view.terminal.write(view.region.erase(at: view.size) + "reading watch.yaml again\n")
        view.draw()
        var fresh = View(60)
        Self.everything(&fresh)
        fresh.draw()
        #expect(view.screen == ["reading watch.yaml again"] + fresh.screen)
    }

    @Test func `a stop says what it still finishes, first without figures`() {
        var view = View(200)
        view.isStopping = true
        view.draw()
        #expect(view.screen == ["stopping; a second Ctrl-C stops at once"])
        view.apply(.stopping(StopReport(sending: 2, fetching: 3, atProvider: 0)))
        view.draw()
        #expect(
            view.screen.joined(separator: " ")
                == "stopping: 2 requests are being sent, 3 results are being fetched; a second Ctrl-C stops at once; "
                + "2 renders may be billed and then need your decision")
    }

    @Test(arguments: [
        (1, "a second Ctrl-C stops at once; 1 render may be billed and then needs your decision"),
        (3, "a second Ctrl-C stops at once; 3 renders may be billed and then need your decision"),
        (0, "a second Ctrl-C stops at once"),
    ])
    func `a stop says what a second signal costs`(sending: Int, words: String) {
        var view = View(60)
        view.isStopping = true
        view.apply(.stopping(StopReport(sending: sending, fetching: 1, atProvider: 0)))
        view.draw()
        #expect(view.screen.joined(separator: " ").hasSuffix("; " + words))
    }

    @Test func `what nothing is left of says so`() {
        #expect(
            StopReport(sending: 0, fetching: 0, atProvider: 1).words
                == "nothing is being sent or fetched; 1 render goes on at the next start")
        #expect(
            StopReport(sending: 1, fetching: 1, atProvider: 0).words
                == "1 request is being sent, 1 result is being fetched")
    }

    @Test func `after a pause old ends make room, and the money is that of the new jobs`() {
        var view = View(80, 40)
        for number in 1...30 {
            view.apply(.claimed(renders: 1, estimate: Self.money("0.14")), job: number, name: "old-\(number)")
        }
        for number in 1...30 {
            view.apply(.jobDone(folder: "x", Self.progress(1, cost: "0.14")), job: number)
        }
        view.apply(.claimed(renders: 1, estimate: Self.money("0.20")), job: 31, name: "new")
        #expect(view.board.lines.count == 6)
        #expect(view.board.money == "about 0.20 CNY")
    }

    @Test(arguments: [
        EngineEvent.Kind.retried("1 render is rendered again"), .queued(laneFull),
        .submitting(attempt: 2, mode: .async),
    ])
    func `a job that is tried again has its clock, its price and its place again`(again: EngineEvent.Kind) throws {
        var view = View(120)
        view.apply(.claimed(renders: 2, estimate: Self.money("0.28")), job: 1, name: "cups")
        view.apply(.delivered(files: [], cost: Self.money("0.14")), job: 1, render: 1)
        view.apply(.renderFailed(Fixtures.failure), job: 1, render: 2)
        view.apply(.jobFailed(folder: "failed/cups", nil, Self.progress(1, failed: 1, cost: "0.14")), job: 1)
        view.apply(.claimed(renders: 1, estimate: nil), .jobDone(folder: "boat", Self.progress(1, cost: "0")), job: 2)
        view.draw()
        #expect(view.rows("cups").first?.hasPrefix("✗") == true)
        view.apply(again, job: 1, render: 2, after: 100)
        view.draw(after: 107)
        let row = try #require(view.screen.first)
        #expect(["⠋ cups", "… cups"].contains { row.hasPrefix($0) }, "\(view.screen)")
        #expect(row.contains(" 1 of 2"))
        #expect(!row.contains("failed"))
        #expect(row.hasSuffix(" 0:07  0.14 CNY of about 0.28"), "\(row)")
    }

    @Test func `a retry of what failed in a job at work forgets the failures, not the clock`() {
        var view = View(120)
        view.apply(.claimed(renders: 3, estimate: nil), job: 1, name: "cups")
        view.apply(.submitting(attempt: 1, mode: .async), job: 1, render: 1)
        view.apply(.renderFailed(Fixtures.failure), job: 1, render: 2)
        view.apply(.retried("1 render is rendered again"), job: 1, after: 100)
        view.draw(after: 107)
        #expect(view.screen.first?.contains("0 of 3, 1 running ") == true, "\(view.screen)")
        #expect(view.screen.first?.hasSuffix("1:47") == true)
    }

    // MARK: - The end of a view

    private static func started(isBatch: Bool) -> EngineEvent.Kind {
        .started(
            StartReport(
                isBatch: isBatch, inbox: "/srv/studio/inbox", unfinished: 0, place: "Beijing", key: .works,
                textModel: "wan2.6-t2i", editModel: "wan2.6-image"))
    }

    /// One job that is done and one at work, when the engine has stopped.
    private static func stopped(isBatch: Bool, isSignalled: Bool) -> View {
        var view = View(80)
        view.apply(started(isBatch: isBatch))
        view.apply(.claimed(renders: 1, estimate: nil), job: 1, name: "lamp")
        view.apply(.jobDone(folder: "lamp", progress(1, cost: "0.14")), job: 1)
        view.apply(.claimed(renders: 1, estimate: nil), .accepted(TaskID("t")), job: 2, name: "boat")
        view.draw()
        view.isStopping = isSignalled
        view.apply(.stopping(StopReport(sending: 0, fetching: 0, atProvider: 1)))
        view.draw()
        view.end()
        return view
    }

    @Test func `after a reload each job has one row`() {
        var view = Self.stopped(isBatch: false, isSignalled: false)
        #expect(view.rows("boat") == [])
        view.board = ProgressBoard()
        view.apply(Self.started(isBatch: false))
        view.apply(.unfinished(JobProgress(.active, [], spend: []), renders: 1), job: 2, name: "boat")
        for second in 1...3 { view.draw(after: Double(second)) }
        #expect(view.rows("lamp").count == 1 && view.rows("boat").count == 1, "\(view.screen)")
        #expect(view.screen.count == 2)
    }

    @Test(arguments: [(false, true), (true, false), (true, true)])
    func `at the end of a run the rows of unfinished jobs stay`(isBatch: Bool, isSignalled: Bool) {
        let view = Self.stopped(isBatch: isBatch, isSignalled: isSignalled)
        #expect(view.rows("lamp").count == 1 && view.rows("boat").count == 1, "\(view.screen)")
    }

    /// The engine reports the decisions of an earlier run before its jobs.
    @Test func `a job of an earlier run that needs a decision says so`() {
        var view = View(80)
        view.apply(.undecided(Fixtures.failure), job: 1, name: "boat", render: 1)
        view.apply(.unfinished(JobProgress(.active, [], spend: []), renders: 1), job: 1, name: "boat")
        view.draw()
        #expect(view.screen.first?.hasPrefix("! boat NEEDS A DECISION") == true, "\(view.screen)")
    }

    @Test func `what stays above the rows is broken at words`() {
        let event = EngineEvent(at: Fixtures.start, kind: Self.started(isBatch: false))
        var terminal = VirtualTerminal(columns: 40, rows: 10)
        terminal.write(LiveProgress.above(event, columns: 40) ?? "")
        #expect(
            terminal.screen == [
                "watching /srv/studio/inbox · key ok for",
                "Beijing · wan2.6-t2i for text,",
                "wan2.6-image for edits",
            ])
        let works = EngineEvent(at: Fixtures.start, kind: .keyWorks(place: "http://127.0.0.1:8080/api/v1"))
        #expect(LiveProgress.above(works, columns: 30) == "key ok at\nhttp://127.0.0.1:8080/api/v1\n")
        #expect(LiveProgress.above(EngineEvent(at: Fixtures.start, kind: .resumed), columns: 40) == nil)
    }

    @Test func `a job that is done has the mark of status, whatever it lacks`() {
        var view = View(80)
        view.apply(.jobDone(folder: "part", Self.progress(2, failed: 1, cost: "0.28")), job: 1, name: "part")
        view.apply(.jobCanceled(folder: "failed/gone", CancelReport(renders: [], spend: [])), job: 2, name: "gone")
        view.draw()
        #expect(view.rows("part").first?.hasPrefix("✓ part 2 of 3 pictures, 1 failed → outbox/part") == true)
        #expect(view.rows("gone").first?.hasPrefix("✗ gone") == true)
    }

    @Test func `the log uses the words of the live view`() {
        let part = EngineEvent(
            at: Fixtures.start, job: Self.job(1), name: "part",
            kind: .jobDone(folder: "part", Self.progress(2, failed: 1, cost: "0.28")))
        let facts = Dictionary(EventLine(part).facts.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        #expect(facts["made"] == "2 of 3 pictures, 1 failed")
        #expect(facts["cost"] == "0.28 CNY")
    }
}
