import DashScope
import DashScopeSimulator
import Foundation
import ProviderSupport
import RenderCore
import RenderHTTP
import RenderTestSupport
import Testing

/// What the client of the provider makes of a line that is half-open, slow or endless: real sockets, and bounds that are small
/// enough to be waited for.
@Suite(.timeLimit(.minutes(15))) struct LineTests {
    enum Step: String, Sendable, CaseIterable { case submit, call, query, list, policy, upload, download }

    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var fault: FaultAction
        /// Of the failure.
        var code: String
        /// Where it does no harm: a download is only looked at when it is whole, and the store's answer has no body.
        var passes: Set<Step> = []
        var testDescription: String { name }
    }

    static let rows = [
        Row(name: "half-open: nothing comes back", fault: .stall(), code: "timed_out"),
        Row(name: "silent in the middle of the answer", fault: .hang(after: 20), code: "timed_out", passes: [.upload]),
        Row(name: "a byte now and then", fault: .drip(bytesPerSecond: 4), code: "timed_out", passes: [.upload]),
        Row(name: "an answer without an end", fault: .endless, code: "answer_too_large"),
        Row(name: "2 MiB of garbage", fault: .garbage(bytes: 2 << 20), code: "answer_too_large"),
        Row(name: "garbage", fault: .garbage(bytes: 1000), code: "answer_unreadable", passes: [.download]),
        Row(
            name: "to another host", fault: .redirect(to: "http://localhost:9/x"), code: "redirected"),
        Row(name: "to another scheme", fault: .redirect(to: "https://127.0.0.1:9/x", status: 308), code: "redirected"),
    ]

    private static var options: DashScopeOptions {
        var options = DashScopeOptions()
        options.connect = .seconds(10)
        options.asyncTotal = .seconds(5)
        options.syncTotal = .seconds(5)
        options.slowestBytesPerSecond = 1000
        options.slowestFor = .seconds(4)
        options.answerBytesMax = 256 << 10
        options.imageBytesMax = 1 << 20
        options.inlineFileBytesMax = 10
        return options
    }

    @Test(arguments: Step.allCases, rows)
    func `a line that is not one is given up within its bounds`(step: Step, row: Row) async throws {
        try await simulating { simulator, service in
            let kind: RequestKind =
                switch step {
                case .submit, .call: .submit
                case .query: .query
                case .list: .list
                case .policy: .policy
                case .upload: .upload
                case .download: .result
                }
            let work = try await prepared(step, service, simulator)
            simulator.addFault(.init(kind), row.fault)
            let start = ContinuousClock.now
            let failure = try await work()
            let expected = row.passes.contains(step) ? nil : row.code
            #expect(failure?.code == expected, "\(failure?.description ?? "no failure")")
            if let failure { #expect(failure.fault == .provider && failure.retryable) }
            // Bounds of 5 and 4 s; the rest is for a machine that is busy.
            #expect(ContinuousClock.now - start < .seconds(40))
            #expect(simulator.requests().count { $0.fault != nil } == 1, "asked once, and not again by itself")
        }
    }

    private static var patient: DashScopeOptions {
        var options = options
        (options.asyncTotal, options.syncTotal, options.slowestFor) = (.seconds(20), .seconds(20), .seconds(20))
        options.silence = .milliseconds(500)
        return options
    }

    @Test(arguments: [Step.query, .list, .policy, .download], [1, 6])
    func `a free question goes on soon after a hang`(step: Step, tries: Int) async throws {
        try await simulating(Self.patient) { simulator, service in
            let work = try await prepared(step, service, simulator)
            let kind: RequestKind =
                switch step {
                case .query: .query
                case .list: .list
                case .policy: .policy
                case .submit, .call, .upload, .download: .result
                }
            simulator.addFault(.init(kind, count: tries), .stall())
            let start = ContinuousClock.now
            let failure = try await work()
            #expect(failure == nil, "\(failure?.description ?? "")")
            // Six waits of half a second; the old bound is 20 s.
            #expect(ContinuousClock.now - start < .seconds(12))
        }
    }

    @Test func `a provider that is slow but alive is heard`() async throws {
        try await simulating(Self.patient) { simulator, service in
            let work = try await prepared(.query, service, simulator)
            // Sixteen pieces, with more than the silence between any two.
            simulator.addFault(.init(.query, count: 100), .slow(seconds: 12))
            #expect(try await work() == nil)
        }
    }

    @Test func `a submit is sent once, and keeps its own time`() async throws {
        try await simulating(Self.patient) { simulator, service in
            let work = try await prepared(.submit, service, simulator)
            simulator.addFault(.init(.submit), .slow(seconds: 12))
            #expect(try await work() == nil)
            #expect(simulator.requests().count { $0.fault != nil } == 1)
        }
    }

    @Test func `a slow line above the bound is waited for`() async throws {
        try await simulating { simulator, service in
            let work = try await prepared(.download, service, simulator)
            simulator.addFault(.init(.result), .drip(bytesPerSecond: 60_000))
            #expect(try await work() == nil)
        }
    }

    // MARK: The steps

    /// What does the step, everything before it being done. Returns its failure.
    private func prepared(
        _ step: Step, _ service: DashScopeService, _ simulator: RunningSimulator
    ) async throws -> () async throws -> Failure? {
        let folder = try TemporaryDirectory()
        try folder.write("cat.png", [UInt8](repeating: 7, count: 100))
        switch step {
        case .submit, .call:
            let plan = Self.plan(step == .submit ? .async : .sync)
            let request = try await service.prepare(plan, references: folder.path)
            return {
                switch try await service.submit(request, plan: plan) {
                // It may have been accepted, so it must not pass for anything else.
                case .unknown(let failure): failure
                // Who is sent elsewhere was not served: this alone proves that nothing was accepted.
                case .refused(let failure) where failure.code == "redirected": failure
                case .accepted, .completed, .refused, .notSent: nil
                }
            }
        case .query:
            return { await Self.failure { _ = try await service.query(TaskID("nobody")) } }
        case .list:
            return { await Self.failure { _ = try await service.list(model: nil, since: nil, page: 1) } }
        case .policy, .upload:
            var plan = Self.plan(.sync)
            plan.references = [
                PlannedReference(
                    name: "cat.png", source: .file(name: "cat.png"),
                    // Of a hundred sevens: what is uploaded is hashed on its way.
                    sha256: "d876885b7f40eae70bd1f5247a9854914fa5812ce63998e2d894a68e187967cb", bytes: 100,
                    mediaType: "image/png")
            ]
            return { [plan] in
                await Self.failure { _ = try await service.prepare(plan, references: folder.path) }
            }
        case .download:
            let plan = Self.plan(.sync)
            let request = try await service.prepare(plan, references: folder.path)
            guard case .completed(let result) = try await service.submit(request, plan: plan),
                let output = result.outputs.first
            else { throw CancellationError() }
            return {
                await Self.failure {
                    let stream = try await service.download(output, from: 0, tag: nil)
                    while try await stream.next() != nil {}
                }
            }
        }
    }

    private static func failure(_ work: () async throws -> Void) async -> Failure? {
        do {
            try await work()
            return nil
        } catch {
            return error as? Failure
                ?? Failure(code: "\(type(of: error))", message: "", advice: "", fault: .job, retryable: false)
        }
    }

    private static func plan(_ mode: CallMode) -> RenderPlan {
        let isSync = mode == .sync
        let model = isSync ? "qwen-image-2.0" : "wan2.2-t2i-flash"
        return RenderPlan(
            number: 1, kind: .textToImage, modelAsked: model, model: model, mode: mode, medium: .picture,
            wire: BodyPlan(
                endpoint: isSync
                    ? "/services/aigc/multimodal-generation/generation" : "/services/aigc/text2image/image-synthesis",
                family: isSync ? .messages : .prompt
            ).wire, prompt: "A tin robot", size: "512*512",
            lane: LaneLimit(group: model, submits: 2, perSeconds: 1, running: 2))
    }

    private func simulating(
        _ options: DashScopeOptions = Self.options,
        _ body: @Sendable (RunningSimulator, DashScopeService) async throws -> Void
    ) async throws {
        var simulated = SimulatorOptions()
        simulated.speed = 1000
        simulated.limits = false
        try await Simulator(options: simulated).withRunning { simulator in
            let service = DashScopeService(
                endpoint: try Endpoint(region: "beijing", workspace: nil, baseURL: simulator.baseURL),
                transport: CurlTransport(environment: [:], userAgent: "renderdrop/test"), uploads: NoUploads(),
                options: options, key: { try APIKey("sk-0123456789abcdef") })
            try await body(simulator, service)
        }
    }
}

/// Remembers nothing.
private struct NoUploads: UploadCache {
    func lookup(_ key: UploadKey) async throws -> UploadRecord? { nil }
    func forget(sha256: String, model: String, until moment: Date) async throws {}
    func store(_ upload: UploadRecord) async throws {}
}
