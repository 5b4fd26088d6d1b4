import Foundation
import RenderCore

/// Tells of folders that hang. What calls them can only wait; what this says must not.
struct HangDesk: Sendable {
    let parts: EngineParts
    let events: EngineEvents
    let status: StatusDesk

    /// A call that takes longer than this does not return.
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
                let failure = Self.failure(folder)
                say("\(failure.message); \(failure.advice)")
            }
            for folder in over {
                told[folder.path] = nil
                say("\(ShownText.line(folder.path)) answers again, after \(folder.seconds) s: what waited goes on")
            }
            for folder in found { told[folder.path] = folder }
            if !new.isEmpty || !over.isEmpty { await status.hangs(found.first.map(Self.failure)) }
            // Cancelled at the end: so is the loop.
            try? await parts.clock.sleep(for: .seconds(1))
        }
    }

    private func say(_ words: String) {
        events.send(EngineEvent(at: parts.now(), kind: .warning(words)))
    }

    static func failure(_ folder: HangingFolder) -> Failure {
        Failure(
            code: "folder_hangs",
            message:
                "\(ShownText.line(folder.path)) does not answer for \(folder.seconds) s: a share that hangs, there or "
                + "below it. \(words(folder.work))",
            advice: "see that its server is up, or unmount it; a second Ctrl-C or SIGTERM ends renderdrop all the same",
            fault: .folder, retryable: true)
    }

    /// What waits, and what goes on.
    private static func words(_ work: Set<HangingFolder.Work>) -> String {
        let goesOn = "what is at the provider is followed"
        let waits = work.sorted().compactMap { work -> String? in
            switch work {
            case .taking: "nothing new is taken from the inbox"
            case .submitting: "nothing more is submitted"
            case .jobs: "no job is begun or ended"
            case .results: "no result is delivered"
            case .keeping: "no result is kept on this machine"
            case .telling: nil
            }
        }
        guard !waits.isEmpty else { return "Until it answers this file may be old; all else goes on" }
        return "Until it answers " + waits.joined(separator: ", and ") + "; " + goesOn
    }
}
