import RenderCore
import RenderEngine
import RenderTestSupport
import Testing

@Suite struct FencedServiceTests {
    private static let gone = Failure(
        code: "inbox_taken_over", message: "", advice: "", fault: .folder, retryable: false)

    @Test func `without the inbox nothing is prepared and nothing is sent`() async throws {
        let inner = ScriptedService()
        let service = FencedService(inner, fence: { throw Self.gone })
        await #expect(throws: Self.gone) { try await service.prepare(Fixtures.plan(), references: "") }
        let ready = try await inner.prepare(Fixtures.plan(), references: "")
        #expect(try await service.submit(ready, plan: Fixtures.plan()) == .notSent(Self.gone))
        #expect(await inner.submits.isEmpty)
        let open = FencedService(inner, fence: {})
        _ = try await open.submit(ready, plan: Fixtures.plan())
        #expect(await inner.submits.count == 1)
        await inner.say { $0.quotas["m"] = ModelQuota(submits: 5, perSeconds: 1) }
        #expect(try await service.quotaTeller?.quota(of: "m")?.submits == 5, "a question does no harm")
    }
}
