import HTTPTypes
import ProviderSupport
public import RenderCore

extension QwenProxyService {
    private static let done: Set<String> = ["completed", "success", "succeeded"]
    private static let failed: Set<String> = ["failed", "error"]
    private static let running: Set<String> = ["running", "processing"]
    private static let waiting: Set<String> = ["pending", "queued"]

    /// A task that runs, one that the proxy has forgotten, and a site that does not answer look alike: HTTP 202 or 500 with `timeout`, in
    /// dialect I a 500 with an `error` alone. Each is reported as unknown, and so it is asked for until `traits.taskSeconds` are over.
    public func query(_ task: TaskID) async throws -> TaskReport {
        let answer = try await calls.question(.get, "/tasks/status/" + WebAddress.escaped(task.text))
        func report(_ state: TaskReport.State) -> TaskReport {
            TaskReport(task: task, state: state, requestID: nil)
        }
        if answer.status == 404, answer.isOfProxy {
            await probe.forget()
            return report(.unknown)
        }
        guard let json = answer.json, answer.isOfProxy,
            (200..<300).contains(answer.status) || answer.status == 500
        else { throw failures.question(answer, "a task") }
        let words = answer.stateWords
        // The proxy's own word comes first: in G the site's word is laid over it.
        if words.contains(where: Self.failed.contains)
            || json["success"]?.bool == false && words.isEmpty && isFine(answer)
        {
            return report(.failed(failures.failure(LocalCode.taskFailed.rawValue, ProxyFailures.failed, answer)))
        }
        let outputs = MediaLinks.all(in: json, isFilm: nil, isLocal: root.address.isLoopback)
        if words.contains(where: Self.done.contains) || isFine(answer) && words.isEmpty && !outputs.isEmpty {
            guard !outputs.isEmpty else {
                let said = json["content"]?.string ?? json["data"]?["content"]?.string ?? ""
                return report(.failed(failures.notMedia(answer, film: true, said: said)))
            }
            return report(.succeeded(result(outputs, json, task: task, status: words.first ?? "completed")))
        }
        if words.contains("timeout") || answer.status == 500 { return report(.unknown) }
        if words.contains(where: Self.running.contains) { return report(.running) }
        return report(words.contains(where: Self.waiting.contains) ? .pending : .unknown)
    }

    private func isFine(_ answer: ProxyAnswer) -> Bool { answer.status == 200 }

    /// The shortest question that costs nothing: whoever gets an answer has a proxy that works, and a key that it takes.
    ///
    /// - Throws: `Failure`, `CancellationError`.
    public func verify() async throws { _ = try await state() }

    /// For people: the dialect, what it makes, and how many accounts it has; nil: it does not say.
    ///
    /// - Throws: `Failure`, `CancellationError`.
    public func state() async throws -> (dialect: String, makes: String, accounts: String?) {
        // With a dialect from the configuration nobody has been asked yet.
        let dialect = try await probe.dialect()
        let answer = try await calls.question(.get, dialect.tellsHealth ? "/health" : "/models")
        guard answer.isFine else { throw failures.question(answer, "how it is") }
        let makes = [dialect.makesPictures ? "pictures" : nil, dialect.makesFilms ? "films" : nil]
            .compactMap { $0 }.joined(separator: " and ")
        guard let accounts = answer.json?["accounts"], let total = accounts["total"]?.int else {
            return (dialect.word, makes, nil)
        }
        return (dialect.word, makes, "\(accounts["available"]?.int ?? 0) of \(total) accounts can be used now")
    }
}
