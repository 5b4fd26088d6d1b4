import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Disks that are full: nothing is lost, nothing is paid for twice, and the code is 14.
@Suite(.timeLimit(.minutes(2))) struct DiskTests {
    /// Tried once, because a container may refuse mounts even to root.
    private static let mayMount: Bool = {
        guard getuid() == 0, let folder = try? TemporaryDirectory("renderdrop-mount") else { return false }
        guard Self.mountSmall(folder.path) else { return false }
        umount2(folder.path, Int32(MNT_DETACH))
        return true
    }()

    private static func mountSmall(_ path: String) -> Bool {
        mount("renderdrop-test", path, "tmpfs", 0, "size=256k") == 0
    }

    @Test(.enabled(if: mayMount, "needs the right to mount a tmpfs"))
    func `an outbox that is full is code 14, and what is rendered comes when there is room`() async throws {
        try await withWorkplace(settings: "limits: {unreachable: 500ms}") { place, simulator in
            let before = try Data(contentsOf: URL(fileURLWithPath: place("outbox/.renderdrop-folder")))
            try #require(Self.mountSmall(place("outbox")))
            defer { umount2(place("outbox"), Int32(MNT_DETACH)) }
            try before.write(to: URL(fileURLWithPath: place("outbox/.renderdrop-folder")))
            let ballast = place("outbox/.ballast")
            try Data(count: 230 << 10).write(to: URL(fileURLWithPath: ballast))
            try place.drop("boat.yaml", Workplace.sync)
            let run = try await place.run()
            #expect(run.code == 14, "\(run.error)")
            #expect(run.error.contains("make room"))
            #expect(place.files("outbox").filter { $0.hasSuffix(".png") || $0.hasSuffix(".json") } == [])
            #expect(try await place.status().job("boat")?.renderStates == ["rendered"])

            try FileManager.default.removeItem(atPath: ballast)
            let again = try await place.run()
            #expect(again.code == 0, "\(again.error)")
            #expect(place.files("outbox") == ["boat/boat-1.png", "boat/boat.json"])
            #expect(simulator.submits == 1)
        }
    }
}
