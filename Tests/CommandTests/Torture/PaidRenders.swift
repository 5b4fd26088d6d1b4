import DashScopeSimulator
import Foundation
import RenderCore

/// What the simulator took and bills, by render: the only place where a double shows for certain.
struct PaidRenders: Sendable {
    private struct Submit: Sendable {
        var render: TortureJob.Render
        var isAccepted: Bool
        /// Its task fails in any case, and costs nothing.
        var isFree: Bool
    }

    /// By the request's number.
    private var submits: [Int: Submit] = [:]
    /// As the simulator itself counts them.
    private(set) var billed = 0

    /// Reads on; to be called before the simulator forgets, which it does after 20 000 requests.
    mutating func read(_ simulator: RunningSimulator) throws {
        for request in simulator.requests(.submit) {
            let body = try Workplace.json(request.body ?? "null")
            submits[request.number] = Submit(
                render: .init(
                    prompt: Self.prompt(body["input"] ?? .null) ?? "", seed: body["parameters"]?["seed"]?.int ?? -1),
                // No status: a synchronous call whose caller went away. It runs to its end and is billed.
                isAccepted: request.status == 200 || request.status == 0,
                isFree: body["model"]?.string == TortureJob.failing
                    || body["model"]?.string == TortureJob.failingInPart && body["parameters"]?["n"]?.int == 1)
        }
        billed = simulator.paidSubmits
    }

    private static func prompt(_ input: JSONValue) -> String? {
        input["prompt"]?.string
            ?? input["messages"]?[0]?["content"]?.array?.compactMap { $0["text"]?.string }.first
    }

    /// Accepted submits of each render. One whose task failed costs nothing: it counts once, however often it was sent, because
    /// the table of lost tasks lets it be sent again.
    var accepted: [TortureJob.Render: Int] {
        submits.values.reduce(into: [:]) { counts, submit in
            guard submit.isAccepted else { return }
            counts[submit.render] = submit.isFree ? 1 : counts[submit.render, default: 0] + 1
        }
    }

    /// All that were accepted, the free ones as often as they were sent.
    var submitsAccepted: Int { submits.values.count { $0.isAccepted } }

    var doubles: [TortureJob.Render] { accepted.filter { $0.value > 1 }.map(\.key) }
}
