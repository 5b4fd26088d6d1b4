import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Two machines on one inbox: two processes with a state of their own each, and names that they are given.
@Suite(.timeLimit(.minutes(15))) struct OwnerTests {
    /// The second machine's workspace: the same folders, another state.
    private func other(_ place: Workplace) throws -> String {
        let folders = ["inbox", "working", "outbox", "archive", "failed"]
        let text =
            "intake: {settle: 200ms}\nfolders:\n"
            + folders.map { "  \($0): \(place($0))\n" }.joined() + "  assets: \(place("assets"))\n"
            + "  state: \(place.folder("other/.renderdrop"))\n"
        return try place.folder.write("other/watch.yaml", Array(text.utf8))
    }

    private func start(
        _ place: Workplace, _ command: String, config: String, host: String, _ more: String...
    ) throws -> Child {
        try place.start(
            [command, "--config", config, "--base-url", place.baseURL] + more, changing: ["RENDERDROP_HOST": host])
    }

    /// As on a share without locks, where the marker alone tells of the other.
    private func withoutLocks(_ place: Workplace) { unlink(place("inbox/.renderdrop-lock")) }

    private func age(_ place: Workplace) throws {
        let path = place("inbox/.renderdrop-folder")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let old = text.replacing(/"heartbeat" : "[^"]*"/, with: "\"heartbeat\" : \"2026-01-01T00:00:00Z\"")
        try #require(old != text)
        try old.write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test func `a fresh heartbeat ends the second with 11, naming host and instance`() async throws {
        try await withWorkplace { place, _ in
            let second = try other(place)
            let first = try start(place, "watch", config: place.root, host: "north")
            try await first.says("watching")
            withoutLocks(place)
            for more in [[], ["--take-over"]] {
                let ended = try await place.start(
                    ["watch", "--config", second, "--base-url", place.baseURL] + more,
                    changing: ["RENDERDROP_HOST": "south"]
                ).ended()
                #expect(ended.code == 11, "\(ended.error)")
                #expect(ended.error.contains("on north (process \(first.pid))"), "\(ended.error)")
            }
            let doctor = try await start(place, "doctor", config: second, host: "south", "--json").ended()
            #expect(doctor.code == 11, "\(doctor.out)\(doctor.error)")
            first.send(SIGTERM)
            #expect(try await first.ended().code == 0)
        }
    }

    @Test func `a stale heartbeat is refused without a word, and taken with it`() async throws {
        try await withWorkplace { place, simulator in
            let second = try other(place)
            let first = try start(place, "watch", config: place.root, host: "north")
            try await first.says("watching")
            first.send(SIGKILL)
            _ = try await first.ended()
            try age(place)
            let refused = try await start(place, "run", config: second, host: "south").ended()
            #expect(refused.code == 11)
            #expect(refused.error.contains("--take-over"), "\(refused.error)")
            let taken = try start(place, "watch", config: second, host: "south", "--take-over")
            try await taken.says("watching")
            try place.drop("boat.yaml", Workplace.sync)
            try await taken.says("boat: done")
            // The first machine comes back, and is told.
            let back = try await start(place, "run", config: place.root, host: "north").ended()
            #expect(back.code == 11, "\(back.error)")
            #expect(back.error.contains("on south"))
            taken.send(SIGTERM)
            #expect(try await taken.ended().code == 0)
            #expect(simulator.paidSubmits == 1)
        }
    }

    /// The first has four of six tasks at the provider, as many as their lane takes, and two in its queue when it falls asleep.
    @Test func `one that slept through its replacement sends nothing when it wakes`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let second = try other(place)
            let first = try start(place, "watch", config: place.root, host: "north")
            try await first.says("watching")
            try place.drop("matrix.yaml", Workplace.matrix)
            try await eventually("four are written down") {
                try await place.status().job("matrix")?.renderStates.count { $0 == "following" } == 4
            }
            first.send(SIGSTOP)
            try age(place)
            withoutLocks(place)
            let heir = try start(place, "watch", config: second, host: "south", "--take-over")
            try await heir.says("watching")
            try await eventually("it follows what the first has sent") {
                let status = try await place.start(["status", "--json", "--config", second]).ended()
                return try Workplace.json(status.out).job("matrix")?.renderStates.count { $0 == "following" } == 4
            }
            first.send(SIGCONT)
            let woken = try await first.ended(within: .seconds(40))
            #expect(woken.code == 11, "\(woken.error)")
            #expect(woken.error.contains("took over this inbox"), "\(woken.error)")
            #expect(simulator.paidSubmits == 4)
            try await eventually("the heir finishes") {
                simulator.advance(seconds: 5)
                return heir.error.contains("matrix: done")
            }
            heir.send(SIGTERM)
            #expect(try await heir.ended().code == 0)
            #expect(simulator.paidSubmits == 6)
            #expect(place.files("outbox/matrix").filter { $0.hasSuffix(".png") }.count == 6)

            // The first machine's ledger still has two in its queue; their job is done.
            let back = try await start(place, "run", config: place.root, host: "north").ended()
            #expect(back.code != 11)
            #expect(simulator.paidSubmits == 6)
        }
    }
}
