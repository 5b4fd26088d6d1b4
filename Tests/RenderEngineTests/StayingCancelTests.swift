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
        #expect(said.contains("cat.cancel: carried out, but it cannot be removed"), "\(said)")
    }

    /// The file has done what it asks for: it does not travel with the job as a second word.
    @Test(arguments: [true, false])
    func `a canceled job that comes back is not canceled once more by the same file`(isWaiting: Bool) async throws {
        let bench = try Bench { if isWaiting { $0.intake.waitForReferencesSeconds = 3600 } }
        if isWaiting {
            // Canceled before anything of it was read.
            try bench.drop("cat.yaml", Bench.sync)
            try bench.drop("cat.cancel", "")
            try await bench.run()
        } else {
            await bench.service.say { $0.life = [.running, .canceled] }
            try bench.drop("cat.yaml")
            try await bench.watch(until: { event in
                switch event.kind {
                case .accepted: try? bench.drop("cat.cancel", "")
                case .jobCanceled, .jobDone: return true
                default: break
                }
                return false
            })
            await bench.service.say { $0.life = [] }
        }
        let error = try #require(bench.text("failed/cat/ERROR.txt"))
        #expect(error.contains("was canceled") && error.contains("move this whole folder back"), "\(error)")
        #expect(!error.contains("correct the file") && !error.contains("cannot be rendered"), "\(error)")
        try bench.move("failed/cat", "inbox/cat")
        #expect(try await bench.run().jobsDone == 1)
        #expect(bench.files("outbox").contains { $0.hasSuffix(".png") })
        #expect(bench.files("inbox") == [])
    }
}
