import Foundation
import HTTPTypes
import ProviderSupport
import RenderCore
import Testing

@testable import DashScope

/// Many renders that want the same files at once.
@Suite(.timeLimit(.minutes(5))) struct UploadSharingTests {
    private let folder: TestFolder
    private let clock = StandingClock()
    private let names = Counter()
    private let memory = MemoryUploads()

    init() throws {
        folder = try TestFolder()
        for name in ["a.mp4", "b.mp4", "c.mp4"] { try folder.write(name, Array(name.utf8)) }
    }

    private func service(_ store: SlowStore) throws -> DashScopeService {
        DashScopeService(
            endpoint: try Endpoint(region: "beijing"), transport: store, uploads: memory,
            now: { [clock] in clock.now }, unique: { [names] in "unique\(names.next())" }, key: { try APIKey(testKey) })
    }

    private func prepare(_ service: DashScopeService, _ name: String = "a.mp4") -> Task<String, any Error> {
        let plan = RenderPlan.film(
            "wan2.7-i2v", .filmMedia, "on and on",
            [PlannedReference(name: name, source: .file(name: name), role: "first_clip", sha256: name, bytes: 5)])
        let path = folder.path
        return Task {
            let request = try await service.prepare(plan, references: path)
            return value(request.body)?["input"]?["media"]?[0]?["url"]?.string ?? ""
        }
    }

    private func wait(_ service: DashScopeService, uploads: Int, permissions: Int = 0) async {
        let line = service.placing.uploads
        while line.waiting.uploads != uploads || line.waiting.permissions < permissions { await Task.yield() }
    }

    private static func failure(_ task: Task<String, any Error>) async -> Failure? {
        await DashScopeTests.failure { try await task.value }
    }

    @Test func `eight renders of one film upload it once`() async throws {
        let store = SlowStore(holds: .post)
        let service = try service(store)
        let tasks = (1...8).map { _ in prepare(service) }
        await wait(service, uploads: 8)
        store.gate.open()
        var urls: Set<String> = []
        for task in tasks { urls.insert(try await task.value) }
        #expect(urls == ["oss://dir/unique1.mp4"])
        #expect(store.uploads.count == 1 && store.permissions == 1 && memory.all.count == 1)
        #expect(try await prepare(service).value == "oss://dir/unique1.mp4")
        #expect(store.uploads.count == 1)
    }

    @Test func `files that begin at once share one permission`() async throws {
        let store = SlowStore(holds: .get)
        let service = try service(store)
        let tasks = ["a.mp4", "b.mp4", "c.mp4"].map { prepare(service, $0) }
        await wait(service, uploads: 3, permissions: 3)
        store.gate.open()
        for task in tasks { _ = try await task.value }
        #expect(store.permissions == 1 && store.uploads.count == 3)
        clock.advance(280)  // 300 s, and some seconds early
        memory.forget()
        _ = try await prepare(service).value
        #expect(store.permissions == 2)
    }

    @Test func `a permission that ran out under two uploads is renewed once`() async throws {
        let store = SlowStore(holds: .post, [.expired, .expired])
        let service = try service(store)
        let tasks = ["a.mp4", "b.mp4"].map { prepare(service, $0) }
        while store.uploads.count < 2 { await Task.yield() }
        store.gate.open()
        for task in tasks { _ = try await task.value }
        #expect(store.permissions == 2 && store.uploads.count == 4)
        #expect(store.uploads.suffix(2).allSatisfy { $0.contains("\r\np2\r\n") })
    }

    @Test func `an upload that failed is everybody's, and the next tries again`() async throws {
        let store = SlowStore(
            holds: .post, [.broken(TransportError(.connectionLost, "it broke", mayHaveArrived: true))])
        let service = try service(store)
        let tasks = (1...3).map { _ in prepare(service) }
        await wait(service, uploads: 3)
        store.gate.open()
        for task in tasks { #expect(await Self.failure(task)?.code == "connection_lost") }
        #expect(store.uploads.count == 1 && memory.all.isEmpty)
        #expect(try await prepare(service).value.hasPrefix("oss://"))
        #expect(store.uploads.count == 2)
    }

    @Test func `what is wrong with one job's copy is not the other's fault`() async throws {
        let store = SlowStore(
            holds: .post, [.broken(TransportError(.bodyChanged, "a.mp4 shrank", mayHaveArrived: true))])
        let service = try service(store)
        let first = prepare(service)
        await wait(service, uploads: 1)
        let second = prepare(service)
        await wait(service, uploads: 2)
        store.gate.open()
        #expect(await Self.failure(first)?.code == "reference_changed")
        #expect(try await second.value.hasPrefix("oss://"))
        #expect(store.uploads.count == 2)
    }

    @Test func `whose render is cancelled goes, and the upload goes on for the others`() async throws {
        let store = SlowStore(holds: .post)
        let service = try service(store)
        let first = prepare(service)
        await wait(service, uploads: 1)
        let second = prepare(service)
        await wait(service, uploads: 2)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        store.gate.open()
        #expect(try await second.value.hasPrefix("oss://"))
        #expect(store.uploads.count == 1)
    }

    @Test func `when nobody wants it any more an upload is broken off`() async throws {
        let store = SlowStore(holds: .post)
        let service = try service(store)
        let tasks = [prepare(service), prepare(service)]
        await wait(service, uploads: 2)
        for task in tasks { task.cancel() }
        for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
        let next = prepare(service)
        await wait(service, uploads: 1)
        store.gate.open()
        #expect(try await next.value.hasPrefix("oss://"))
        #expect(memory.all.count == 1)
    }
}
