import Foundation
import RenderCore
import RenderTestSupport
import Synchronization
import Testing

@testable import RenderEngine

/// A reserve of disk, below which nothing paid is started.
@Suite(.timeLimit(.minutes(5))) struct DiskReserveTests {
    private static let reserve = 500_000_000

    /// Free bytes of two disks, and how often was asked.
    private final class Disks: Sendable {
        private let state: Mutex<(outbox: Int?, local: Int, asked: Int)>

        init(outbox: Int?, local: Int) { state = Mutex((outbox, local, 0)) }

        func set(outbox: Int?, local: Int) { state.withLock { ($0.outbox, $0.local) = (outbox, local) } }
        var asked: Int { state.withLock { $0.asked } }

        func over(_ parts: inout EngineParts) {
            var outbox = HookedOutbox(parts.outbox) { _ in }
            outbox.free = {
                try self.state.withLock { state in
                    state.asked += 1
                    guard let free = state.outbox else { throw Failure.away }
                    return free
                }
            }
            parts.outbox = outbox
            var workspace = HookedWorkspace(parts.workspace) { _, _ in }
            workspace.free = { self.state.withLock { $0.local } }
            parts.workspace = workspace
        }
    }

    private let bench: Bench

    init() throws {
        bench = try Bench { $0.limits.diskReserveBytes = Self.reserve }
    }

    private static let image = 8 << 20

    @Test(arguments: [
        (reserve, reserve, 0, true), (reserve - 1, reserve, 0, false), (reserve, reserve - 1, 0, false),
        (nil, reserve, 0, true), (nil, reserve - 1, 0, false),
        // Two pictures are at work: they go to the outbox, or while it is away to the local disk.
        (reserve + 2 * image, reserve, 2, true), (reserve + 2 * image - 1, reserve, 2, false),
        (nil, reserve + 2 * image, 2, true), (nil, reserve + 2 * image - 1, 2, false),
    ])
    func `there is room where reserve and what is at work are free`(
        outbox: Int?, local: Int, atWork: Int, isRoom: Bool
    ) async throws {
        if atWork > 0 { try await bench.past(.following(TaskID("t")), count: atWork) }
        var parts = bench.parts()
        Disks(outbox: outbox, local: local).over(&parts)
        let failure = await DiskReserve(parts: parts, events: EngineEvents()).look()
        #expect((failure == nil) == isRoom)
        if let failure {
            let full = outbox.map { $0 < Self.reserve + atWork * Self.image } ?? false
            #expect(failure.message.contains(full ? bench.folders.outbox : bench.folders.state))
            #expect(failure.message.contains("500 MB") && failure.advice.contains("limits.disk_reserve"))
        }
    }

    @Test(arguments: [RenderResult.Medium.film, .picture])
    func `a film at work needs room for a film`(medium: RenderResult.Medium) async throws {
        try await bench.past(.following(TaskID("t"))) { $0.medium = medium }
        let one = medium == .film ? 256 << 20 : Self.image
        for free in [one, one - 1] {
            var parts = bench.parts()
            Disks(outbox: Self.reserve + free, local: 100 * Self.reserve).over(&parts)
            let failure = await DiskReserve(parts: parts, events: EngineEvents()).look()
            #expect((failure == nil) == (free == one))
        }
    }

    @Test func `it is asked for every few seconds, and told when it changes`() async throws {
        let disks = Disks(outbox: 0, local: Self.reserve)
        var parts = bench.parts()
        disks.over(&parts)
        let events = EngineEvents()
        let heard = events.stream()
        let room = DiskReserve(parts: parts, events: events)
        for second in 0..<60 {
            if second == 30 { disks.set(outbox: Self.reserve, local: Self.reserve) }
            _ = await room.look()
            bench.clock.advance(by: .seconds(1))
        }
        #expect(disks.asked == 12)
        #expect(await room.lack == nil)
        events.finish()
        let told = await heard.reduce(into: [String]()) { told, event in
            switch event.kind {
            case .paused(let failure): told.append(failure.code)
            case .resumed: told.append("resumed")
            default: told.append("?")
            }
        }
        #expect(told == ["disk_full", "resumed"])
    }

    @Test func `a batch without room pays for nothing and ends with 14`() async throws {
        for index in 0..<3 { try bench.drop("job-\(index).yaml") }
        let disks = Disks(outbox: 1_000_000, local: Self.reserve)
        let outcome = try await bench.run { disks.over(&$0) }
        #expect(outcome.queued == 3)
        #expect(outcome.end == .diskFull)
        #expect(await bench.service.submits.isEmpty)
        #expect(bench.text("RENDERDROP-STATUS.txt")?.contains("EVERYTHING WAITS") == true)
        let status = try #require(bench.files("working").first { $0.hasSuffix("STATUS.txt") })
        #expect(bench.text("working/" + status)?.contains("in the queue: nothing is submitted: the disk of") == true)
        disks.set(outbox: 10 * Self.reserve, local: Self.reserve)
        #expect(try await bench.run { disks.over(&$0) }.jobsDone == 3)
    }

    @Test func `a watcher goes on by itself when there is room`() async throws {
        try bench.drop("cat.yaml")
        let disks = Disks(outbox: 1_000_000, local: Self.reserve)
        let events = try await bench.watch {
            disks.over(&$0)
        } until: { event in
            if case .paused = event.kind { disks.set(outbox: 10 * Self.reserve, local: Self.reserve) }
            if case .jobDone = event.kind { return true }
            return false
        }
        #expect(events.count { if case .paused = $0.kind { true } else { false } } == 1)
        #expect(events.count { if case .resumed = $0.kind { true } else { false } } == 1)
    }

    @Test func `while the outbox is away, submits go on until the local disk has no more room`() async throws {
        try bench.move("outbox/.renderdrop-folder", "outbox-marker")
        for index in 0..<10 { try bench.drop("job-\(index).yaml") }
        let disks = Disks(outbox: nil, local: 10 * Self.reserve)
        let kept = Counter()
        let place = bench.place
        try await bench.watch {
            disks.over(&$0)
        } until: { event in
            if case .kept = event.kind, kept.add() == 4 { disks.set(outbox: nil, local: Self.reserve - 1) }
            // Or all were sent before the disk was seen to be full: the engine does not wait for whoever listens.
            let isAllKept = if case .kept = event.kind { kept.value == 10 } else { false }
            let isPaused = if case .paused = event.kind { true } else { false }
            if isPaused || isAllKept {
                disks.set(outbox: 10 * Self.reserve, local: 10 * Self.reserve)
                try? FileManager.default.moveItem(
                    atPath: place("outbox-marker"), toPath: place("outbox/.renderdrop-folder"))
            }
            if case .jobDone = event.kind { return place.contents.filter { $0.hasSuffix(".png") }.count == 10 }
            return false
        }
        #expect(kept.value >= 4)
        #expect(await bench.service.submits.count == 10)
    }

    @Test func `zero never asks`() async throws {
        let bench = try Bench()
        let disks = Disks(outbox: 0, local: 0)
        try bench.drop("cat.yaml")
        #expect(try await bench.run { disks.over(&$0) }.jobsDone == 1)
        #expect(disks.asked == 0)
    }
}
