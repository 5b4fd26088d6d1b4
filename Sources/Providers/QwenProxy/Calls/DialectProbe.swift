import HTTPTypes
import RenderCore

/// Finds out which dialect the proxy speaks, with questions that cost nothing.
///
/// - Source: which routes each dialect has, read in its code on 2026-11-21. That a missing route answers 404 is all that it rests on.
actor DialectProbe {
    private let calls: ProxyCalls
    private let clock = ContinuousClock()
    private var known: (dialect: ProxyDialect, until: ContinuousClock.Instant)?

    init(calls: ProxyCalls) { self.calls = calls }

    /// The one of the account's entry, or the one that answers.
    ///
    /// - Throws: `Failure`, `CancellationError`.
    func dialect() async throws -> ProxyDialect {
        if let said = calls.options.dialect { return said }
        if let known, clock.now < known.until { return known.dialect }
        let found = try await ask()
        known = (found, clock.now + calls.options.dialectLife)
        return found
    }

    /// A route was missing that the dialect has: somebody has installed another version.
    func forget() { known = nil }

    private func ask() async throws -> ProxyDialect {
        let health = try await calls.question(.get, "/health")
        if health.isFine {
            // F signs its answers; the download route is I's alone, and refuses a question without an address.
            if health.json?["watermark"] != nil { return .f }
            return try await isThere(.get, "/download") ? .i : .f
        }
        guard health.status == 404, health.isOfProxy else {
            throw ProxyFailures(calls.root).question(health, "how it is")
        }
        if try await isThere(.get, "/images/models") { return .u }
        // Without files, editing is refused before anything begins.
        return try await isThere(.post, "/images/compose") ? .w : .g
    }

    /// Whether there is such a route: any answer but 404 comes from one, as long as the proxy gives it.
    private func isThere(_ method: HTTPRequest.Method, _ path: String) async throws -> Bool {
        let answer = try await calls.question(method, path)
        guard answer.status != 404 || !answer.isOfProxy else { return false }
        guard answer.isOfProxy, answer.status < 500, answer.status != 401, answer.status != 404 else {
            throw ProxyFailures(calls.root).question(answer, "which routes it has")
        }
        return true
    }
}
