import Foundation
import RenderCore
import RenderEngine

/// One job in live progress.
struct ProgressLine: Sendable, Equatable {
    enum Mood: Sendable { case busy, waiting, good, bad, canceled }

    /// In the order of the rows: the more a person is needed, the higher.
    enum Rank: Sendable, CaseIterable { case undecided, failed, atWork, queued, ended }

    var name: String
    /// Of the event before, in words.
    private(set) var state = "taken"
    /// Where its files lie, once it has ended: `outbox/poster`; nil: nowhere yet.
    private(set) var place: String?
    private(set) var mood = Mood.busy
    private(set) var since: Date
    private(set) var ended: Date?
    private(set) var estimate: Money?
    /// What is spent so far.
    private(set) var cost: Money?
    private(set) var renders = 1
    private(set) var done = 0
    private(set) var failed = 0
    /// Renders that are sent, or rendered, or fetched.
    private(set) var atWork: Set<Int> = []
    private var undecided: Set<Int> = []
    /// It ended before the last pause.
    var isPast = false

    init(name: String, since: Date) {
        self.name = name
        self.since = since
    }

    mutating func apply(_ event: EngineEvent) {
        let render = event.render ?? 1
        switch event.kind {
        case .claimed(let renders, let estimate):
            reopen(event.at)
            self.renders = renders
            self.estimate = estimate
            set("taken", .busy)
        case .unfinished(let progress, let renders):
            reopen(event.at)
            self.renders = renders
            estimate = progress.total
            cost = progress.delivered > 0 ? progress.cost : nil
            // A render that needs a decision is reported before its job.
            if undecided.isEmpty { set("continues", .busy) }
        case .retried:
            failed = 0
            if ended != nil {
                reopen(event.at)
                set("tried again", .busy)
            }
        case .invalid(let problems): set("cannot be rendered: \(Counted.text(problems, "mistake"))", .bad)
        case .queued(let reason):
            reopen(event.at)
            rests(render, "in the queue: \(reason.words)")
        case .submitting(_, let mode):
            reopen(event.at)
            works(render, mode == .sync ? "rendering" : "submitting")
        case .accepted: works(render, "accepted, waits at the provider")
        case .running: works(render, "rendering")
        case .progress(let progress): works(render, Self.words(progress))
        case .refused(let failure): rests(render, "waits: \(failure.message)")
        case .lost: rests(render, "its answer was lost, looked for at the provider")
        case .found: works(render, "found at the provider")
        case .neverArrived: rests(render, "never arrived, is sent again")
        case .undecided:
            rests(render, "NEEDS A DECISION")
            undecided.insert(render)
            mood = .bad
        case .taskFailed(let failure, let again): rests(render, again ? "failed, tried again" : failure.message)
        case .rendered(let outputs): works(render, "fetching \(Counted.text(outputs, "result"))")
        case .kept: set("kept here until the outbox is back", .waiting)
        case .downloaded(let file, _): set("saved \(file)", .busy)
        case .delivered(_, let paid):
            rests(render, "delivered")
            mood = .busy
            done += 1
            cost = Money.total([cost, paid].compactMap { $0 })
        case .renderFailed(let failure):
            rests(render, failure.message)
            mood = renders > 1 ? .busy : .bad
            failed += 1
        case .jobDone(let folder, let progress):
            let isWhole = progress.failed + progress.canceled == 0
            end(event.at, isWhole ? "done" : progress.words, at: "outbox/\(folder)", .good)
            cost = progress.cost
        case .jobFailed(let folder, _, let progress):
            let words = progress.wanted > 0 ? progress.words : "cannot be rendered"
            end(event.at, words, at: "\(folder)/ERROR.txt", .bad)
            cost = progress.cost
        case .jobCanceled(let folder, let report):
            end(event.at, report.words, at: folder, .canceled)
            cost = Money.total([report.cost, report.deliveredCost].compactMap { $0 })
        case .started, .keyWorks, .waiting, .inbox, .warning, .paused, .modelWaits, .resumed, .paced, .notPaced,
            .trouble, .stopping:
            break
        }
    }

    /// `third in line`, `painting, 40 %`
    private static func words(_ progress: TaskProgress) -> String {
        ShownText.line(progress.words) + (progress.fraction.map { ", \(Int(($0 * 100).rounded(.down))) %" } ?? "")
    }

    private mutating func works(_ render: Int, _ words: String) {
        atWork.insert(render)
        undecided.remove(render)
        set(words, .busy)
    }

    private mutating func rests(_ render: Int, _ words: String) {
        atWork.remove(render)
        undecided.remove(render)
        set(words, .waiting)
    }

    private mutating func end(_ now: Date, _ words: String, at place: String, _ mood: Mood) {
        ended = now
        self.place = place
        atWork = []
        undecided = []
        set(words, mood)
    }

    /// An ended job is at work again. Its clock shows the new try, and what had failed is rendered again; what was
    /// delivered and spent stays.
    private mutating func reopen(_ now: Date) {
        guard ended != nil else { return }
        ended = nil
        place = nil
        isPast = false
        since = now
        failed = 0
    }

    private mutating func set(_ words: String, _ mood: Mood) {
        state = words
        self.mood = mood
    }

    var isUndecided: Bool { !undecided.isEmpty }

    var rank: Rank {
        if isUndecided { return .undecided }
        if mood == .bad { return .failed }
        if ended != nil { return .ended }
        return atWork.isEmpty ? .queued : .atWork
    }

    /// How it stands. Of a job of many renders all of them count, not the one that moved last.
    var words: String {
        guard ended == nil, renders > 1, done + failed + atWork.count + undecided.count > 0 else {
            return state + (place.map { " → \($0)" } ?? "")
        }
        var parts = ["\(done) of \(renders)"]
        if !atWork.isEmpty { parts.append("\(atWork.count) running") }
        if failed > 0 { parts.append("\(failed) failed") }
        if isUndecided { parts.append(Self.decisions(undecided.count)) }
        return parts.joined(separator: ", ")
    }

    static func decisions(_ count: Int) -> String {
        "\(Counted.number(count)) \(count == 1 ? "NEEDS" : "NEED") A DECISION"
    }

    /// What it costs: the estimate until something is known.
    var price: String { Self.price(spent: cost, of: ended == nil ? estimate : nil, isAll: done >= renders) ?? "" }

    /// What is spent so far; before anything is, the estimate.
    var shortPrice: String { cost.map(\.description) ?? price }

    /// - Parameter isAll: nothing more will be spent.
    static func price(spent: Money?, of expected: Money?, isAll: Bool) -> String? {
        guard let spent else { return expected.map { "about \($0)" } }
        guard let expected, !isAll, expected != spent else { return "\(spent)" }
        return "\(spent) of about \(expected.decimal)"
    }
}
