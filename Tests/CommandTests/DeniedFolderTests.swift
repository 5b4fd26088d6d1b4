import DashScopeSimulator
import Foundation
import RenderTestSupport
import Testing

/// Folders of ours that somebody else took: the message names the folder that refuses, and what it takes to write into it.
@Suite(
    .timeLimit(.minutes(15)),
    .enabled(if: Foreigner.isAllowed, "needs root, setpriv and a binary that another user can run"))
struct DeniedFolderTests {
    @Test func `an output folder that takes nothing is named, and not what was to be moved`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            try place.giveToWatcher()
            let watch = try await place.watchAsWatcher()
            let seeds = "[\((1...8).map(String.init).joined(separator: ", "))]"
            try place.drop(
                "pa.yaml", Workplace.async.replacing("n: 2", with: "n: 1").replacing("seed: 7", with: "seed: " + seeds))
            try await watch.says("renders as it allows at once")
            let sent = simulator.submits
            try #require(sent < 8)
            simulator.finishWhatRuns()
            try await watch.says("delivered")
            let own = place("outbox/pa")
            try #require(chown(own, Foreigner.owner, Foreigner.owner) == 0 && chmod(own, 0o555) == 0)
            try await eventually("it is refused") {
                simulator.finishWhatRuns()
                return watch.error.contains("cannot write into")
            }
            let line = try #require(watch.error.split(separator: "\n").first { $0.contains("cannot write into") })
            #expect(line.contains(own + ": the system does not let user \(Foreigner.watcher) do this"), "\(line)")
            #expect(line.contains("belongs to \(Foreigner.owner), mode 0555"), "\(line)")
            #expect(line.contains("let \(Foreigner.watcher) read and write there"), "\(line)")
            #expect(!watch.error.contains("0664"), "\(watch.error)")
            try #require(chmod(own, 0o777) == 0)
            try await eventually("all are delivered") {
                simulator.finishWhatRuns()
                return place.files("outbox/pa").count { $0.hasSuffix(".png") } == 8
            }
            try await watch.says("pa: done")
            #expect(simulator.paidSubmits == 8)
        }
    }
}
