import Foundation
import RenderCore
import Testing

/// What must hold after every torture, and its figures.
struct TortureVerdict: Sendable {
    let report: TortureRun.Report
    let outcomes: Outcomes

    init(_ report: TortureRun.Report, _ outcomes: Outcomes) {
        self.report = report
        self.outcomes = outcomes
    }

    var jobs: [TortureJob] { report.jobs }
    private var renders: Set<TortureJob.Render> { Set(jobs.flatMap(\.renders)) }

    /// The run came to its end, everything is accounted for, and nothing was paid for twice.
    func expectSound(kills: Int) {
        #expect(report.kills == kills)
        #expect(report.unexpectedEnds == [])
        #expect([0, 3, 13].contains(report.lastCode), "\(report.lastWords)")
        #expect(report.paid.doubles == [])
        #expect(Set(outcomes.renders.map(\.key)) == renders, "every render that was asked for is in the ledger")
        #expect(outcomes.renders.count == renders.count, "and once")
        let open = outcomes.renders.filter { ![.delivered, .failed, .undecided].contains($0.state) }
        #expect(open.map(\.state.rawValue) == [], "\(report.lastWords)")
        // Only where a kill fell between the intent and the answer may it not be known what became of it.
        let undecided = Set(outcomes.renders.filter { $0.state == .undecided }.map(\.id))
        #expect(undecided.isSubset(of: report.interrupted))
        // What is delivered or failed was accepted once, and so was every other submit that was billed.
        let ended = outcomes.renders.filter { $0.state != .undecided }
        let accepted = report.paid.accepted
        #expect(ended.filter { accepted[$0.key] != 1 }.map(\.key.prompt) == [])
        #expect(report.paid.billed == report.paid.submitsAccepted)
        for render in ended where render.state == .failed {
            // Unknown at first, where it was found at the provider later.
            #expect([.accepted, .unknown].contains(render.attempts.last?.outcome), "\(render.job.name)")
        }
    }

    /// Every dropped file lies where its job is, once.
    func expectPlaced(_ place: Workplace) {
        let undecided = Set(outcomes.renders.filter { $0.state == .undecided }.map(\.job.name))
        let failed = Set(outcomes.renders.filter { $0.state == .failed }.map(\.job.name)).subtracting(undecided)
        // A picture that another job file beside it might have named was copied, and stays.
        #expect(place.files("inbox").filter { $0.hasSuffix(".yaml") } == [])
        var shelves: [String: [String]] = [:]
        for shelf in ["archive", "failed", "working"] {
            for path in place.files(shelf) { shelves[(path as NSString).lastPathComponent, default: []].append(shelf) }
        }
        for job in jobs {
            let shelf = undecided.contains(job.name) ? "working" : failed.contains(job.name) ? "failed" : "archive"
            for file in job.files { #expect(shelves[file] == [shelf], "\(file)") }
        }
    }

    func figures(_ title: String) -> String {
        func list<Key>(_ counts: [(Key, Int)]) -> String { counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ") }
        let moments = Aftermath.Moment.allCases.map { ($0.rawValue, report.moments[$0] ?? 0) }
        let triggers = report.triggers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let accepted = report.paid.accepted
        let questions = Dictionary(grouping: outcomes.renders.filter { $0.question != nil }) {
            "\($0.question ?? "") of \($0.model)"
        }.map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
        let reached = outcomes.renders.count { $0.state == .undecided && accepted[$0.key] != nil }
        return """
            torture, \(title): TORTURE_SEED=\(Torture.seed)
              \(jobs.count) jobs, \(renders.count) renders; \(report.kills) kills, \(report.starts) starts in \
            \(report.time.components.seconds) s
              killed while (several at once): \(list(moments))
              killed at: \(list(triggers))
              \(outcomes.count(.delivered)) delivered, \(outcomes.count(.failed)) failed as their jobs had to, \
            \(outcomes.count(.undecided)) need a decision (\(reached) of them reached the provider); \
            \(report.interrupted.count) were interrupted between intent and answer
              asked: \(list(questions))
              \(outcomes.adopted(report.interrupted)) adopted, \(outcomes.sentAgain) sent again
              paid submits \(report.paid.billed), doubles \(report.paid.doubles.count)
            """
    }
}
