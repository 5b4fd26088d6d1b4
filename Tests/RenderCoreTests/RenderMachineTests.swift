import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// The machine against the table in `docs/job-lifecycle.md`, which people wrote.
@Suite struct RenderMachineTests {
    typealias Machine = RenderMachine

    static let table = LifecycleTable()

    @Test(arguments: Cell.all)
    func `every cell of the table is what the machine does`(cell: Cell) throws {
        let expected = try #require(Self.table.cell(cell.event, cell.state), "\(cell) is not in the table")
        var machine = Machine(try cell.start)
        let before = machine
        let news = try cell.news
        switch expected {
        case "·":
            #expect(throws: IllegalEvent.self) { try machine.handle(news) }
            #expect(machine == before)
        case "late":
            #expect(try machine.handle(news) == .late)
            #expect(machine == before)
        default:
            let reply = try machine.handle(news)
            #expect("\(machine.state.name.rawValue), \(Cell.word(machine.next))" == expected)
            #expect(reply == .moved(machine.next))
        }
    }

    @Test(arguments: Cell.all)
    func `a step is made exactly where the machine moves`(cell: Cell) throws {
        let expected = try #require(Self.table.cell(cell.event, cell.state))
        var render = Fixtures.render()
        render.state = try cell.start
        let lease = Fixtures.lease(render.id)
        let news = try cell.news
        func outcome() throws -> Machine.Outcome {
            try Machine.step(of: render, on: news, under: lease, at: Fixtures.start)
        }
        switch expected {
        case "·":
            let error = #expect(throws: IllegalEvent.self) { try outcome() }
            #expect(error?.render == render.id && error?.state == cell.state && error?.event == news.name)
        case "late": #expect(try outcome() == .late)
        default:
            guard case .step(let step) = try outcome() else {
                Issue.record("no step")
                return
            }
            #expect("\(step.to.name.rawValue), \(Cell.word(step.next))" == expected)
            #expect(step.lease == lease && step.from == cell.state && step.attempts == render.attempts)
        }
    }

    /// A ledger that closes the queue of ten thousand renders does not read their plans.
    @Test(arguments: Machine.State.Name.allCases, [Machine.Event.cancelAsked, .sendAgain])
    func `a render's standing is enough for its step`(name: Machine.State.Name, event: Machine.Event) throws {
        var render = Fixtures.render()
        render.state = try #require(Cell.states[name])
        render.attempts = 3
        let lease = Fixtures.lease(render.id)
        func outcome(_ step: () throws -> Machine.Outcome) -> String {
            do { return "\(try step())" } catch { return "\(error)" }
        }
        let whole = outcome { try Machine.step(of: render, on: event, under: lease, at: Fixtures.start) }
        let short = outcome { try Machine.step(of: render.standing, on: event, under: lease, at: Fixtures.start) }
        #expect(whole == short)
    }

    @Test func `the table has a row for every event and a column for every state`() {
        #expect(Self.table.columns == Machine.State.Name.allCases.map(\.rawValue))
        #expect(Self.table.rows.map(\.event) == Cell.events.map(\.label))
        #expect(Set(Cell.events.map(\.event.name)).count == 18)
    }

    @Test func `what a state carries goes along`() throws {
        var machine = Machine()
        #expect(try machine.handle(.intentWritten(attempt: 3)) == .moved(.send(attempt: 3)))
        #expect(try machine.handle(.accepted(TaskID("t"))) == .moved(.follow(TaskID("t"))))
        let result = Fixtures.result(TaskID("t"))
        #expect(try machine.handle(.completed(result)) == .moved(.deliver(result)))
        #expect(try machine.handle(.linksExpired) == .moved(.follow(TaskID("t"))))
        #expect(try machine.handle(.taskFailed(Fixtures.failure, mayTryAgain: false)) == .moved(.close))
        #expect(machine.state == .failed(Fixtures.failure))
    }

    @Test(arguments: Machine.State.Name.allCases)
    func `a state is final exactly when nothing more is done`(name: Machine.State.Name) throws {
        let machine = Machine(try #require(Cell.states[name]))
        #expect(name.isFinal == (machine.next == .close))
    }
}

/// One cell: a state and an event, as the table spells them.
struct Cell: Sendable, CustomTestStringConvertible {
    var state: RenderMachine.State.Name
    var event: String

    var testDescription: String { "\(event) in \(state.rawValue)" }

    var start: RenderMachine.State {
        get throws {
            if state == .rendered, event.contains("synchronous") { return .rendered(Fixtures.result(nil)) }
            return try #require(Self.states[state])
        }
    }

    var news: RenderMachine.Event {
        get throws { try #require(Self.events.first { $0.label == event }).event }
    }

    static let all = events.flatMap { event in
        RenderMachine.State.Name.allCases.map { Cell(state: $0, event: event.label) }
    }

    static let states: [RenderMachine.State.Name: RenderMachine.State] = [
        .queued: .queued, .sending: .sending(attempt: 1), .following: .following(TaskID("task-1")),
        .rendered: .rendered(Fixtures.result()), .delivered: .delivered, .failed: .failed(Fixtures.failure),
        .undecided: .undecided(Fixtures.failure), .canceled: .canceled,
    ]

    static let events: [(label: String, event: RenderMachine.Event)] =
        [
            ("intentWritten", .intentWritten(attempt: 1)),
            ("accepted", .accepted(TaskID("task-2"))),
            ("completed", .completed(Fixtures.result())),
        ]
        + faults.map { ("refused, \($0.label)", .refused($0.failure)) }
        + faults.map { ("notSent, \($0.label)", .notSent($0.failure)) }
        + [
            ("lost", .lost(Fixtures.failure)),
            ("taskFailed, may try again", .taskFailed(Fixtures.failure, mayTryAgain: true)),
            ("taskFailed, for good", .taskFailed(Fixtures.failure, mayTryAgain: false)),
            ("taskGone", .taskGone(Fixtures.failure)),
            ("linksExpired, of a task", .linksExpired),
            ("linksExpired, of a synchronous answer", .linksExpired),
            ("outputPublished", .outputPublished),
            ("published", .published),
            ("gaveUp", .gaveUp(Fixtures.failure)),
            ("cancelAsked", .cancelAsked),
            ("taskCanceled", .taskCanceled),
            ("sendAgain", .sendAgain),
            ("adopted", .adopted(TaskID("task-3"))),
            ("doubted", .doubted(Fixtures.failure)),
            ("reconciled, to delivered", .reconciled(.delivered)),
            ("reconciled, to undecided", .reconciled(.undecided(Fixtures.failure))),
        ]

    private static let faults: [(label: String, failure: Failure)] = Failure.Fault.allCases.map { fault in
        var failure = Fixtures.failure
        failure.fault = fault
        switch fault {
        case .job: return ("fault of the job", failure)
        case .throttled: return ("throttled", failure)
        case .provider: return ("fault of the provider", failure)
        case .account: return ("fault of the account", failure)
        case .folder: return ("fault of a folder", failure)
        }
    }

    static func word(_ action: RenderMachine.Action) -> String {
        switch action {
        case .admit: "admit"
        case .send: "send"
        case .follow: "follow"
        case .deliver: "deliver"
        case .ask: "ask"
        case .close: "close"
        }
    }
}

/// The big table of `docs/job-lifecycle.md`.
struct LifecycleTable: Sendable {
    var columns: [String] = []
    var rows: [(event: String, cells: [String])] = []

    init() {
        let document = Documents.path("job-lifecycle.md")
        guard let text = try? String(contentsOfFile: document, encoding: .utf8) else { return }
        for line in text.split(separator: "\n") where line.hasPrefix("|") {
            let cells = line.dropFirst().dropLast().split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard cells.count == 9, !cells[0].hasPrefix("---") else { continue }
            if cells[0] == "event" {
                columns = Array(cells.dropFirst())
            } else {
                rows.append((cells[0], Array(cells.dropFirst())))
            }
        }
    }

    func cell(_ event: String, _ state: RenderMachine.State.Name) -> String? {
        guard let row = rows.first(where: { $0.event == event }), let column = columns.firstIndex(of: state.rawValue)
        else { return nil }
        return row.cells[column]
    }
}

enum Documents {
    /// A file of `docs/`.
    static func path(_ name: String, file: String = #filePath) -> String {
        let tests = (file as NSString).deletingLastPathComponent as NSString
        let root = (tests.deletingLastPathComponent as NSString).deletingLastPathComponent
        return root + "/docs/" + name
    }
}
