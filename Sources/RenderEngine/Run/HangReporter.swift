import Foundation
import RenderCore

/// Reports folders that hang. The callers can only wait, so this must not touch the folders.
struct HangReporter: Sendable {
    let parts: EngineParts
    let events: EngineEvents
    let status: StatusWriter

    /// A call that takes longer than this counts as hanging.
    static let limit = Duration.seconds(20)

    func run() async {
        guard let hanging = parts.hanging else { return }
        var told: [String: HangingFolder] = [:]
        while !Task.isCancelled {
            let found = hanging(Self.limit)
            let paths = Set(found.map(\.path))
            let new = found.filter { told[$0.path] == nil }
            let over = told.values.filter { !paths.contains($0.path) }.sorted { $0.path < $1.path }
            for folder in new {
                say(.folderHangs(folder))
            }
            for folder in over {
                told[folder.path] = nil
                say(.folderAnswersAgain(ShownText.line(folder.path), seconds: folder.seconds))
            }
            for folder in found { told[folder.path] = folder }
            if !new.isEmpty || !over.isEmpty { await status.hangs(found.first.map(Failure.hanging)) }
            // Cancelled at the end: so is the loop.
            try? await parts.clock.sleep(for: .seconds(1))
        }
    }

    private func say(_ message: Message) {
        events.send(EngineEvent(at: parts.now(), kind: .warning(message.line)))
    }
}
