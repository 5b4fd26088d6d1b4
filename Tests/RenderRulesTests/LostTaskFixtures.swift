import Foundation
import RenderCore

/// Submits and tasks for the search, by seconds after one moment.
enum LostTaskFixtures {
    static let start = Date(timeIntervalSince1970: 1_795_000_000)
    private static let job = JobID(at: start, randomness: [])

    static func at(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

    static func plan(
        _ number: Int = 1, prompt: String = "a cat", seed: Int? = nil, references: [PlannedReference] = [],
        tags: [String] = []
    ) -> RenderPlan {
        RenderPlan(
            number: number, kind: .textToImage, modelAsked: "m", model: "m", mode: .async,
            medium: .picture, wire: ProviderPlan(provider: "p", content: ["endpoint": "/e"]), prompt: prompt,
            references: references, seed: seed, outputName: "\(number)", tags: tags,
            lane: LaneLimit(group: "m", submits: 2, perSeconds: 1, running: 2))
    }

    /// Sent at `intent`; its outcome was lost a second later.
    static func submit(
        _ number: Int = 1, attempt: Int = 1, prompt: String = "a cat", seed: Int? = nil, intent: Double = 0,
        standing: LostSubmit.Standing? = nil, limit: Model.TextLimit? = nil, requestID: String? = nil
    ) -> LostSubmit {
        let record = AttemptRecord(
            render: RenderID(job: job, number: number), number: attempt, intentAt: at(intent), endpoint: "/e",
            submitRequestID: requestID, shown: .null)
        return LostSubmit(
            record, of: plan(number, prompt: prompt, seed: seed),
            standing: standing ?? .parked(since: at(intent + 1)), promptLimit: limit)
    }

    /// A task of our key; finished and queried where it has an echo.
    static func task(
        _ name: String = "t1", _ status: String = "SUCCEEDED", echo: String? = nil, key: String? = "ours",
        created: Double? = 0.5, requestID: String? = nil, state: TaskReport.State? = nil
    ) -> LostCandidate {
        let listing = TaskListing(
            task: TaskID(name), status: TaskStage(rawValue: status) ?? .other, model: "m", requestID: requestID,
            keyID: key,
            created: created.map { at($0) })
        return LostCandidate(listing, state: state ?? echo.map { finished(name, echo: $0) })
    }

    static func finished(_ name: String, echo: String?) -> TaskReport.State {
        .succeeded(
            RenderResult(
                task: TaskID(name), requestID: nil, status: "SUCCEEDED", outputs: [], origPrompt: echo, learnedAt: start
            ))
    }

    static func search(
        echoes: Bool = true, exclusive: Bool = false, key: String? = "ours"
    ) -> LostTaskSearch {
        LostTaskSearch(
            echoes: echoes, accountExclusive: exclusive, ownKey: key, quietPeriod: .seconds(120), slack: .seconds(300),
            pause: .seconds(10), horizon: .seconds(23 * 3600))
    }
}
