import Foundation
import RenderCore
import Testing
import WaveSpeedSimulator

@testable import WaveSpeed

/// The service against the simulator, over a socket.
@Suite(.timeLimit(.minutes(3))) struct ExchangeTests {
    private static let link = "references: [https://a.example/1.png]"

    private func submit(_ service: WaveSpeedService, _ plan: RenderPlan, folder: String = "/nowhere") async throws
        -> SubmitOutcome
    {
        try await service.submit(try await service.prepare(plan, references: folder), plan: plan)
    }

    private func task(_ outcome: SubmitOutcome) throws -> TaskID {
        guard case .accepted(let task, _) = outcome else { throw Unplanned(diagnostics: ["\(outcome)"]) }
        return task
    }

    private func bytes(_ service: WaveSpeedService, _ output: RenderResult.Output) async throws -> [UInt8] {
        let stream = try await service.download(output, from: 0, tag: nil)
        var bytes: [UInt8] = []
        while let part = try await stream.next() { bytes += part }
        return bytes
    }

    @Test func `a picture is submitted once, followed, and fetched without the key`() async throws {
        try await simulating { simulator, service in
            let plan = try onePlan("model: wavespeed-ai/qwen-image/edit\nprompt: a hat\n\(Self.link)\nsize: 256*256")
            let task = try task(try await submit(service, plan))
            #expect(try await service.query(task).state == .running)
            simulator.advance(seconds: 60)
            guard case .succeeded(let result) = try await service.query(task).state, let output = result.outputs.first
            else {
                Issue.record("not done")
                return
            }
            #expect(result.origPrompt == "a hat")
            let picture = try await bytes(service, output)
            #expect(
                MediaProbe(MediaSample(picture))?.size
                    == PixelSize(width: 256, height: 256))
            #expect(simulator.paid == 1)
            #expect(simulator.requests(.output).allSatisfy { $0.key == nil })
            #expect(simulator.requests.filter { $0.kind != .output }.allSatisfy { $0.key == testKey })
        }
    }

    /// Each row that the simulator knows from its own copy of the schemas.
    @Test(arguments: RowTests.models.map(\.id)) func `the schema takes each row's smallest job`(id: String) async throws
    {
        let model = try #require(RowTests.models.first { $0.id == id })
        try await simulating { simulator, service in
            var text = RowTests.smallestJob(model)
            for input in model.inputs {
                text = text.replacing("\(input.role).png", with: "https://a.example/\(input.role).png")
            }
            let outcome = try await submit(service, try onePlan(text))
            if case .refused(let failure) = outcome, failure.message.contains("not found") { return }
            guard case .accepted = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }
    }

    @Test func `small pictures travel within the request, larger ones and films are uploaded without the key`()
        async throws
    {
        let folder = try TestFolder()
        try folder.write("small.png", [UInt8](repeating: 1, count: 3000))
        try folder.write("large.png", [UInt8](repeating: 2, count: 9000))
        let text = "model: wavespeed-ai/qwen-image/edit-plus\nprompt: p\nreferences: [small.png, large.png]"
        for way in [WaveSpeedOptions.UploadWay.ticket, .multipart] {
            var options = WaveSpeedOptions()
            options.inlineFileBytesMax = 4000
            options.uploadWay = way
            try await simulating(options: options) { simulator, service in
                var plan = try onePlan(text)
                for index in plan.references.indices { plan.references[index].bytes = nil }
                _ = try task(try await submit(service, plan, folder: folder.path))
                let sent = try #require(simulator.requests(.submit).first).body
                let body = String(decoding: sent, as: UTF8.self)
                #expect(body.contains("data:image/png;base64,") && body.contains("/_uploads/"))
                let uploads = simulator.requests(.upload)
                #expect(uploads.map(\.status) == (way == .ticket ? [200, 200] : [200]))
                #expect(uploads.filter { $0.path.hasPrefix("/_uploads/") }.allSatisfy { $0.key == nil })
            }
        }
    }

    @Test func `where there are no tickets the form is used`() async throws {
        let folder = try TestFolder()
        try folder.write("large.png", [UInt8](repeating: 2, count: 9000))
        try await simulating(.with { $0.tickets = .refuse }, options: .with { $0.inlineFileBytesMax = 10 }) {
            simulator, service in
            var plan = try onePlan("model: wavespeed-ai/qwen-image/edit\nprompt: p\nreferences: [large.png]")
            plan.references[0].bytes = nil
            _ = try task(try await submit(service, plan, folder: folder.path))
            #expect(simulator.requests(.upload).map(\.status) == [404, 200])
        }
    }

    @Test func `an answer that is lost leaves a task in the history, which names it`() async throws {
        try await simulating { simulator, service in
            simulator.add(WaveSpeedFault(.acceptThenClose, on: .submit))
            let plan = try onePlan("model: wavespeed-ai/qwen-image/edit\nprompt: a hat\n\(Self.link)")
            guard case .unknown = try await submit(service, plan) else {
                Issue.record("the answer was not lost")
                return
            }
            let page = try await service.list(model: plan.model, since: nil, page: 1)
            #expect(page.tasks.map(\.task.text) == simulator.tasks && page.pages == 1)
            #expect(page.tasks.first?.status == .running && page.tasks.first?.model == plan.model)
            #expect(page.tasks.first?.created != nil && page.tasks.first?.keyID == nil)
            #expect(try await service.list(model: "maker/other", since: nil, page: 1).tasks.isEmpty)
            #expect(simulator.paid == 1 && simulator.requests(.submit).count == 1)
        }
    }

    @Test func `a long history comes page by page`() async throws {
        try await simulating(.with { $0.limits = false }) { simulator, service in
            let plan = try onePlan("model: wavespeed-ai/qwen-image/edit\nprompt: a hat\n\(Self.link)")
            for _ in 0..<103 { _ = try await submit(service, plan) }
            let first = try await service.list(model: plan.model, since: nil, page: 1)
            let second = try await service.list(model: plan.model, since: nil, page: 2)
            #expect(first.tasks.count == 100 && first.pages == 2 && second.tasks.count == 3)
            #expect(Set((first.tasks + second.tasks).map(\.task.text)) == Set(simulator.tasks))
        }
    }

    @Test func `a price is asked with every input, and never falls below the list`() async throws {
        try await simulating { simulator, service in
            let text =
                "model: alibaba/wan-2.5/image-to-video\nprompt: p\nfirst_frame: https://a.example/1.png\nduration: 10"
            let film = try await service.price(of: try onePlan(text))
            #expect(film == Money(decimal: "0.50", currency: "USD"))
            let picture = try onePlan("model: wavespeed-ai/qwen-image/edit\nprompt: p\n\(Self.link)")
            #expect(try await service.price(of: picture) == picture.estimate)
            simulator.change { $0.newPricePath = .refuse }
            #expect(try await service.price(of: picture) == picture.estimate)
            #expect(simulator.requests(.price).map(\.status) == [200, 200, 404, 200])
            #expect(simulator.paid == 0)
        }
    }

    @Test func `the balance is told, and a wrong key is the account's fault`() async throws {
        try await simulating(.with { $0.balance = 12.5 }) { simulator, service in
            let balance = try await service.balance()
            #expect(balance == Money(decimal: "12.50", currency: "USD"))
            simulator.change { $0.keys = ["another"] }
            let failure = await #expect(throws: Failure.self) { try await service.verify() }
            #expect(failure?.fault == .account && failure?.scope == .key)
            // Beside other accounts nobody would know whose key it is.
            #expect(failure?.advice.contains("WAVESPEED_API_KEY") == true)
        }
    }

    @Test func `an empty account is told by the provider's words, and nothing is rendered`() async throws {
        try await simulating(.with { $0.balance = 0.01 }) { simulator, service in
            let plan = try onePlan("model: wavespeed-ai/qwen-image/edit\nprompt: p\n\(Self.link)")
            guard case .refused(let failure) = try await submit(service, plan) else {
                Issue.record("accepted")
                return
            }
            #expect(failure.code == "insufficient_credits" && failure.scope == .account && simulator.paid == 0)
        }
    }

    @Test func `the fourth task waits until one of three has ended`() async throws {
        try await simulating { simulator, service in
            let plan = try onePlan("model: wavespeed-ai/qwen-image/edit\nprompt: p\n\(Self.link)")
            var tasks: [TaskID] = []
            for _ in 0..<4 { tasks.append(try task(try await submit(service, plan))) }
            var states: [TaskReport.State] = []
            for task in tasks { states.append(try await service.query(task).state) }
            #expect(states == [.running, .running, .running, .pending])
            simulator.advance(seconds: 8)
            #expect(try await service.query(tasks[3]).state == .running)
        }
    }

    @Test func `a result that is gone after its time is a dead link`() async throws {
        try await simulating { simulator, service in
            let plan = try onePlan("model: wavespeed-ai/qwen-image/edit\nprompt: p\n\(Self.link)")
            let task = try task(try await submit(service, plan))
            simulator.advance(seconds: 60)
            guard case .succeeded(let result) = try await service.query(task).state, let output = result.outputs.first
            else {
                Issue.record("not done")
                return
            }
            simulator.advance(seconds: 8 * 86_400)
            let failure = await #expect(throws: Failure.self) { try await bytes(service, output) }
            #expect(failure?.has(.linkExpired) == true)
            #expect(try await service.query(task).state == .unknown)
        }
    }

    @Test func `a result on a host that is not the provider's is not fetched`() async throws {
        let line = ScriptedLine([])
        let output = RenderResult.Output(index: 1, url: "https://evil.example.com/a.png")
        let failure = await #expect(throws: Failure.self) {
            try await service(line).download(output, from: 0, tag: nil)
        }
        #expect(failure?.has(.hostRefused) == true && line.calls.isEmpty)
    }
}
