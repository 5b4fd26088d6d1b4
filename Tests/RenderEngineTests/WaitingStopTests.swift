import RenderCore
import Testing

@testable import RenderEngine

@Suite(.timeLimit(.minutes(5))) struct WaitingStopTests {
    @Test func `a watcher that stops says so in each folder, and takes it back when it starts`() async throws {
        let bench = try Bench()
        try bench.drop("notes.docx", "x")
        try bench.drop("sub/inner.docx", "x")
        try await bench.run()
        for folder in ["", "sub/"] {
            let text = bench.text("inbox/\(folder)_WAITING.txt") ?? ""
            #expect(text.hasPrefix("Stopped on "), "\(text)")
        }
        try await bench.watch { event in
            guard case .waiting = event.kind else { return false }
            #expect(bench.text("inbox/sub/_WAITING.txt")?.contains("Stopped on ") == false)
            return true
        }
    }
}
