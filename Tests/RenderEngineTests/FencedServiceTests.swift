import RenderCore
import RenderEngine
import RenderTestSupport
import Testing

@Suite struct FencedServiceTests {
    private static let gone = Failure(
        code: "inbox_taken_over", message: "", advice: "", fault: .folder, retryable: false)

    @Test func `without the inbox nothing is prepared and nothing is sent`() async throws {
        let inner = ScriptedService()
        let service = FencedService(inner, inbox: "/inbox", fence: { throw Self.gone })
        await #expect(throws: Self.gone) { try await service.prepare(Fixtures.plan(), references: "") }
        let ready = try await inner.prepare(Fixtures.plan(), references: "")
        #expect(try await service.submit(ready, plan: Fixtures.plan()) == .notSent(Self.gone))
        #expect(await inner.submits.isEmpty)
        let open = FencedService(inner, inbox: "/inbox", fence: {})
        _ = try await open.submit(ready, plan: Fixtures.plan())
        #expect(await inner.submits.count == 1)
        await inner.say { $0.quotas["m"] = ModelQuota(submits: 5, perSeconds: 1) }
        #expect(try await service.quotaTeller?.quota(of: "m")?.submits == 5, "a question does no harm")
    }

    @Test func `an inbox that hangs holds up nobody, and is asked again once it has answered`() async throws {
        let (inner, gate, asked) = (ScriptedService(), Gate(), Counter())
        let service = FencedService(inner, inbox: "/inbox", limit: .milliseconds(50)) {
            _ = asked.add()
            await gate.pass()
        }
        let ready = try await inner.prepare(Fixtures.plan(), references: "")
        for _ in 0..<3 {
            guard case .notSent(let failure) = try await service.submit(ready, plan: Fixtures.plan()) else {
                Issue.record("it was sent")
                return
            }
            #expect(failure.has(.folderHangs) && failure.message.contains("/inbox"))
        }
        #expect(asked.value == 1)
        #expect(await inner.submits.isEmpty)
        gate.open()
        while try await service.submit(ready, plan: Fixtures.plan()).isNotSent { await Task.yield() }
        #expect(await inner.submits.count == 1)
    }
}

extension SubmitOutcome {
    fileprivate var isNotSent: Bool {
        if case .notSent = self { return true }
        return false
    }
}
