import HTTPTypes
import ProviderSupport
public import RenderCore

public import struct Foundation.Date

extension DashScopeService: TaskLister, TaskCanceller {
    public var lister: (any TaskLister)? { self }
    public var canceller: (any TaskCanceller)? { self }

    public func query(_ task: TaskID) async throws -> TaskReport {
        let answer = try await client.call(.get, "/tasks/\(WebAddress.escaped(task.text))", total: options.asyncTotal)
        guard let report = TaskAnswer.report(answer, task: task, endpoint: endpoint, now: now()) else {
            throw client.unreadable(answer, "the answer about a task")
        }
        return report
    }

    public var listsByStage: Bool { true }

    public func list(model: String?, since start: Date?, page: Int) async throws -> TaskPage {
        try await list(model: model, since: start, stage: nil, page: page)
    }

    public func list(model: String?, since start: Date?, stage: TaskStage?, page: Int) async throws -> TaskPage {
        var query: [(String, String)] = []
        if let start {
            let slack = Double(options.listSlack.components.seconds)
            let end = now().addingTimeInterval(slack)
            // The window may be a day at most; the provider keeps a task no longer after its end.
            let begin = max(start.addingTimeInterval(-slack), end.addingTimeInterval(-86400))
            query.append(("start_time", CivilTime.compact(begin, zoneHours: options.listZoneHours)))
            query.append(("end_time", CivilTime.compact(end, zoneHours: options.listZoneHours)))
        }
        query += [("page_no", String(page)), ("page_size", "100")]
        if let model { query.append(("model_name", model)) }
        if let stage { query.append(("status", stage.rawValue)) }
        let answer = try await client.call(.get, "/tasks", query: query, total: options.asyncTotal)
        guard let page = answer.json.flatMap({ TaskListAnswer.page($0, asked: page) }) else {
            throw client.unreadable(answer, "the list of tasks")
        }
        return page
    }

    /// The shortest question that costs nothing: whoever gets an answer has a key that works in this region.
    ///
    /// - Throws: `Failure`, `CancellationError`.
    public func verify() async throws {
        let answer = try await client.call(
            .get, "/tasks", query: [("page_no", "1"), ("page_size", "1")], total: options.asyncTotal)
        guard answer.json.flatMap({ TaskListAnswer.page($0, asked: 1) }) != nil else {
            throw client.unreadable(answer, "the list of tasks")
        }
    }

    public func cancel(_ task: TaskID) async throws -> CancelOutcome {
        do {
            _ = try await client.call(
                .post, "/tasks/\(WebAddress.escaped(task.text))/cancel", total: options.asyncTotal)
            return .canceled
        } catch let failure as Failure where failure.code.lowercased() == "unsupportedoperation" {
            return .tooLate
        }
    }
}
