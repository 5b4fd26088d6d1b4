import HTTPTypes
import ProviderSupport
public import RenderCore

public import struct Foundation.Date

extension WaveSpeedService: TaskLister {
    public var lister: (any TaskLister)? { self }

    public func query(_ task: TaskID) async throws -> TaskReport {
        guard Prediction.isID(task.text) else {
            return TaskReport(task: task, state: .unknown, requestID: nil)
        }
        let answer = try await calls.question(.get, "/predictions/\(task.text)/result")
        if answer.isOfAPI, answer.refusal == 404 || answer.refusal == 410 {
            return TaskReport(task: task, state: .unknown, requestID: answer.requestID)
        }
        guard answer.isSuccess, let prediction = Prediction(answer.data), prediction.id == task.text else {
            throw failures.question(answer, "the answer about a task")
        }
        return TaskReport(
            task: task, state: prediction.state(answer, failures, now: now()), requestID: answer.requestID)
    }

    private static let pageSize = 100

    /// The history of the last seven days. It holds neither a tag of ours nor the key of a task.
    ///
    /// - Source: a public client's description of the API; the official documentation shows a GET once.
    public func list(model: String?, since start: Date?, page: Int) async throws -> TaskPage {
        let answer: Envelope
        switch options.listWay {
        case .post:
            var body: [String: JSONValue] = ["page": .int(page), "page_size": .int(Self.pageSize)]
            if let model { body["model"] = .string(model) }
            if let start { body["created_after"] = .string(start.ISO8601Format()) }
            answer = try await calls.ask(.post, "/predictions", body: .object(body), what: "the list of tasks")
        case .get:
            answer = try await calls.ask(
                .get, "/predictions?page=\(page)&page_size=\(Self.pageSize)", what: "the list of tasks")
        }
        guard let rows = Self.rows(answer.data) else { throw failures.question(answer, "the list of tasks") }
        let tasks = try rows.map { row in
            // A row that cannot be read may be the task that is looked for.
            guard let prediction = Prediction(row) else { throw failures.question(answer, "the list of tasks") }
            return TaskListing(
                task: TaskID(prediction.id), status: prediction.stage,
                model: prediction.data["model"]?.string ?? prediction.data["model_id"]?.string ?? "", requestID: nil,
                keyID: nil, created: prediction.created)
        }
        return TaskPage(tasks: tasks, page: page, pages: Self.pages(answer.data, rows: rows.count, page: page))
    }

    /// A list, or an object with one under a name that is not documented.
    private static func rows(_ data: JSONValue?) -> [JSONValue]? {
        data?.array ?? ["items", "predictions", "list", "data", "results"].lazy.compactMap { data?[$0]?.array }.first
    }

    /// Where the answer does not say how many there are, a full page has a next one.
    private static func pages(_ data: JSONValue?, rows: Int, page: Int) -> Int {
        if let pages = data?["total_pages"]?.lenientInt { return max(0, pages) }
        if let total = data?["total"]?.lenientInt { return total / pageSize + (total % pageSize > 0 ? 1 : 0) }
        return rows >= pageSize ? page + 1 : page
    }

    /// The shortest question that costs nothing: whoever gets an answer has a key that works.
    ///
    /// - Throws: `Failure`, `CancellationError`.
    public func verify() async throws { _ = try await balance() }

    /// What is left on the account; nil where the answer does not say it.
    ///
    /// - Throws: `Failure`, `CancellationError`.
    public func balance() async throws -> Money? {
        let answer = try await calls.ask(.get, "/balance", what: "the account's balance")
        let data = answer.data
        guard let amount = data?["balance"]?.lenientDouble ?? data?.lenientDouble else { return nil }
        return Self.money(amount, data?["currency"]?.filledText ?? options.currency)
    }

    static func money(_ amount: Double, _ currency: String) -> Money? {
        let micros = (amount * 1_000_000).rounded()
        return abs(micros) < 9e15 ? Money(micros: Int(micros), currency: currency.uppercased()) : nil
    }
}
