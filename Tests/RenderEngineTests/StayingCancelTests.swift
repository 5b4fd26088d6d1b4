import RenderCore
import RenderTestSupport
import Testing

@testable import RenderEngine

/// Files called `NAME.cancel` that renderdrop may not take away, as on a share or in a sticky folder.
@Suite(.timeLimit(.minutes(5))) struct StayingCancelTests {
    @Test func `one that stays is carried out once, and does not meet what comes later under that name`() async throws {
        let bench = try Bench()
        await bench.service.say { $0.life = Array(repeating: .running, count: 3) }
        try bench.drop("cat.yaml")
        let (canceled, ended) = (Counter(), Counter())
        let events = try await bench.watch { parts in
            parts.workspace = HookedWorkspace(parts.workspace) { call, _ in
                guard call == "absorb" else { return }
                throw Failure(
                    code: "unmovable", message: "renderdrop may not remove it", advice: "", fault: .folder,
                    retryable: true)
            }
        } until: { event in
            switch event.kind {
            case .accepted where canceled.value == 0:
                // While the first is at the provider.
                try? bench.drop("cat.cancel", "")
            case .warning(let words) where words.hasPrefix("canceled by inbox/cat.cancel"):
                canceled.add()
            case .jobCanceled, .jobDone:
                if ended.add() == 2 { return true }
                try? bench.drop("cat.yaml", Bench.sync)
            default: break
            }
            return false
        }
        let ends = events.compactMap { event -> String? in
            switch event.kind {
            case .jobCanceled: "canceled"
            case .jobDone: "done"
            default: nil
            }
        }
        #expect(canceled.value == 1)
        #expect(ends.last == "done" && ends.count == 2, "\(ends)")
        #expect(bench.files("inbox").contains("cat.cancel"))
        let said = bench.text("inbox/_WAITING.txt") ?? ""
        #expect(said.contains("cat.cancel: carried out, and stays here"), "\(said)")
    }
}
