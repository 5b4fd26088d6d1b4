import QwenProxySimulator
import RenderCore
import Testing

@testable import QwenProxy

/// Each fault of the simulator, and what becomes of the submit.
@Suite struct FaultTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var fault: QwenProxyFault
        var outcome: String
        var code: String
        var whose: Failure.Fault?
        var testDescription: String { "\(fault.type.rawValue) \(fault.status ?? 0) on \(fault.on.rawValue)" }

        init(
            _ type: QwenProxyFault.Kind, _ status: Int? = nil, on request: QwenProxyFault.Request = .picture,
            _ outcome: String, _ code: String, _ whose: Failure.Fault?
        ) {
            fault = QwenProxyFault(type, on: request, status: status)
            self.outcome = outcome
            self.code = code
            self.whose = whose
        }
    }

    /// What is answered proves that nothing was begun, unless the status is one of a server's errors; what is not answered proves nothing.
    static let rows: [Row] = [
        Row(.status, 400, "refused", "http_400", .job), Row(.status, 401, "refused", "http_401", .account),
        Row(.status, 403, "refused", "http_403", .account), Row(.status, 408, "unknown", "http_408", .provider),
        Row(.status, 425, "unknown", "http_425", .provider), Row(.status, 429, "refused", "http_429", .throttled),
        Row(.status, 499, "unknown", "http_499", .provider), Row(.status, 500, "unknown", "http_500", .provider),
        Row(.status, 502, "unknown", "http_502", .provider), Row(.status, 504, "unknown", "http_504", .provider),
        Row(.page, 200, "unknown", "answer_unreadable", .provider), Row(.page, 502, "unknown", "http_502", .provider),
        Row(.close, nil, "unknown", "connection_lost", .provider),
        Row(.acceptThenClose, nil, "unknown", "connection_lost", .provider),
        Row(.acceptThenPage, nil, "unknown", "http_502", .provider),
        Row(.errorObject, nil, "refused", "not_ready", .provider),
        Row(.notReady, nil, "refused", "not_ready", .provider),
        Row(.verification, nil, "refused", "verification", .account),
        Row(.signedOut, nil, "refused", "signed_out", .account),
        Row(.limit, nil, "refused", "daily_limit", .throttled),
        Row(.rateLimited, nil, "refused", "daily_limit", .throttled),
        Row(.details, nil, "refused", "refused", .job), Row(.noTaskID, nil, "unknown", "answer_unknown", .provider),
        Row(.noTaskID, nil, on: .film, "unknown", "answer_unknown", .provider),
        Row(.timedOut, nil, on: .film, "accepted", "", nil),
        Row(.limit, nil, on: .film, "refused", "daily_limit", .throttled),
        Row(.status, 500, on: .film, "unknown", "http_500", .provider),
        Row(.acceptThenClose, nil, on: .film, "unknown", "connection_lost", .provider),
    ]

    @Test(arguments: rows.indices, ["F", "G"]) func `each fault has its outcome`(index: Int, simulated: String)
        async throws
    {
        let row = Self.rows[index]
        let dialect = try #require(QwenProxySimulatorOptions.Dialect(rawValue: simulated))
        try await simulating(dialect, .with { $0.faults = [row.fault] }) { proxy, service in
            let job = row.fault.on == .film ? filmJob : pictureJob
            let outcome = try await service.made(job)
            #expect(outcome.word == row.outcome && outcome.failure?.code ?? "" == row.code, "\(outcome)")
            #expect(outcome.failure?.fault == row.whose)
            #expect(proxy.requests(row.fault.on).count == 1, "a submit is sent once")
            if row.outcome == "unknown" {
                #expect(outcome.failure?.advice.contains("it is not sent again before that is clear") == true)
            }
        }
    }

    @Test func `the rows name every kind of fault`() {
        let others: Set<QwenProxyFault.Kind> = [
            .acceptThenStall, .taskFails, .taskForgotten, .taskWithoutLink,  // below, and in the engine's run
        ]
        let named = Set(Self.rows.map(\.fault.type)).union(others)
        #expect(QwenProxyFault.Kind.allCases.filter { !named.contains($0) } == [])
    }

    @Test(arguments: [TransportError.Code.timedOut, .stalled, .connectionLost, .truncated])
    func `an answer that does not come is unknown, and the request is sent once`(code: TransportError.Code) async throws
    {
        let line = ScriptedLine([.failure(TransportError(code, "no", mayHaveArrived: true))])
        let outcome = try await service(line).made(pictureJob)
        #expect(outcome.word == "unknown" && line.calls.count == 1)
    }

    @Test func `nobody listens: nothing was sent`() async throws {
        let line = ScriptedLine([.failure(TransportError(.refused, "no", mayHaveArrived: false))])
        #expect(try await service(line).made(pictureJob).word == "not sent")
    }

    // MARK: Forms of a picture's answer

    @Test(arguments: [
        (QwenProxySimulatorOptions.PictureForm.link, 1), (.twoLinks, 2), (.markdown, 1), (.prose, 0), (.empty, 0),
    ])
    func `a link is found in every form of an answer, and words are none`(
        form: QwenProxySimulatorOptions.PictureForm, count: Int
    ) async throws {
        for wraps in [false, true] {
            try await simulating(
                .f,
                .with {
                    $0.pictureForm = form
                    $0.wrapsData = wraps
                    $0.hasUsage = !wraps
                }
            ) {
                _, service in
                switch try await service.made(pictureJob) {
                case .completed(let result): #expect(result.outputs.count == count)
                case let other: #expect(count == 0 && other.failure?.code == "not_media", "\(other)")
                }
            }
        }
    }

    @Test(arguments: [
        "http://cdn.qwenlm.ai/a.png", "ftp://cdn.qwenlm.ai/a.png", "https://cdn.qwenlm.ai/page.html",
        "https://cdn.qwenlm.ai/a", "https:///a.png",
    ])
    func `what is no link to a picture on https is no result`(link: String) async throws {
        let line = ScriptedLine([.answer(200, #"{"choices":[{"message":{"content":"\#(link)"}}]}"#)])
        var remote = QwenProxyOptions()
        remote.dialect = .f
        let outcome = try await service(line).made(pictureJob)
        #expect(outcome.failure?.code == "not_media", "\(outcome)")
    }

    @Test func `a result of a strange host is not fetched`() async throws {
        let line = ScriptedLine([.answer(200, #"{"choices":[{"message":{"content":"https://evil.example/a.png"}}]}"#)])
        let service = try service(line)
        guard case .completed(let result) = try await service.made(pictureJob), let output = result.outputs.first
        else { return }
        let failure = await #expect(throws: Failure.self) { try await service.bytes(of: output) }
        #expect(failure?.code == "host_refused" && line.calls.count == 1)
    }

    // MARK: Tasks

    @Test(arguments: ["G", "G2", "F", "I"]) func `a film that failed fails the job, whatever its status`(
        simulated: String
    ) async throws {
        let dialect = try #require(QwenProxySimulatorOptions.Dialect(rawValue: simulated))
        try await simulating(dialect, .with { $0.faults = [QwenProxyFault(.taskFails, on: .film)] }) { proxy, service in
            guard case .accepted(let task, _) = try await service.made(filmJob) else { return }
            proxy.advance(seconds: 100)
            guard case .failed(let failure) = try await service.query(task).state else {
                Issue.record("it did not fail")
                return
            }
            #expect(failure.code == "task_failed" && failure.fault == .job && !failure.retryable)
        }
    }

    @Test(arguments: ["G", "G2", "F", "I"]) func `a film that is done without a link fails with one line`(
        simulated: String
    ) async throws {
        let dialect = try #require(QwenProxySimulatorOptions.Dialect(rawValue: simulated))
        try await simulating(dialect, .with { $0.faults = [QwenProxyFault(.taskWithoutLink, on: .film)] }) {
            proxy, service in
            guard case .accepted(let task, _) = try await service.made(filmJob) else { return }
            proxy.advance(seconds: 100)
            guard case .failed(let failure) = try await service.query(task).state else {
                Issue.record("it did not fail")
                return
            }
            #expect(failure.code == "not_media" && failure.message.contains("no link to a film"))
        }
    }

    @Test(arguments: ["G", "G2", "F", "I"]) func `a task that a restart lost is asked for until the deadline`(
        simulated: String
    ) async throws {
        let dialect = try #require(QwenProxySimulatorOptions.Dialect(rawValue: simulated))
        try await simulating(dialect, .with { $0.faults = [QwenProxyFault(.taskForgotten, on: .film)] }) {
            proxy, service in
            guard case .accepted(let task, _) = try await service.made(filmJob) else { return }
            proxy.advance(seconds: 1000)
            #expect(try await service.query(task).state == .unknown)
            #expect(service.traits.taskSeconds == 600)
        }
    }

    @Test(arguments: [503, 401, 429]) func `a question that is refused is no news of the task`(status: Int) async throws
    {
        try await simulating(.f, .with { $0.faults = [QwenProxyFault(.status, on: .task, status: status)] }) {
            _, service in
            let failure = await #expect(throws: Failure.self) { try await service.query(TaskID("t")) }
            #expect(failure?.fault != .job)
        }
    }

    // MARK: The store

    @Test func `the site's address is sent along where the store wants it`() async throws {
        try await simulating(.f, .with { $0.needsReferer = true }) { _, service in
            guard case .completed(let result) = try await service.made(pictureJob), let output = result.outputs.first
            else { return }
            #expect(try await service.bytes(of: output).count > 100)
        }
    }

    @Test func `a link that is too old is dead`() async throws {
        try await simulating(.f, .with { $0.linkSeconds = 60 }) { proxy, service in
            guard case .completed(let result) = try await service.made(pictureJob), let output = result.outputs.first
            else { return }
            proxy.advance(seconds: 61)
            let failure = await #expect(throws: Failure.self) { try await service.bytes(of: output) }
            #expect(failure?.code == "link_expired")
        }
    }
}
