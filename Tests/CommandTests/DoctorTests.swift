import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// `doctor` names what is wrong, says how to mend it, and disturbs nobody.
@Suite(.timeLimit(.minutes(15))) struct DoctorTests {
    private func doctor(
        _ place: Workplace, _ more: String..., changing environment: [String: String?] = [:]
    ) async throws -> (code: Int32, findings: [String: JSONValue]) {
        let ended = try await place.start(
            ["doctor", "--json", "--config", place.root, "--base-url", place.baseURL] + more, changing: environment
        ).ended()
        let findings = try Workplace.json(ended.out)["findings"]?.array ?? []
        return (
            ended.code,
            Dictionary(findings.map { ($0["check"]?.string ?? "", $0) }, uniquingKeysWith: { first, _ in first })
        )
    }

    @Test func `a sound workspace is fine, before the first job, under a watcher and after it`() async throws {
        try await withWorkplace { place, simulator in
            let first = try await doctor(place)
            #expect(first.code == 0, "\(first.findings)")
            let watch = try await place.watch()
            try place.drop("boat.yaml", Workplace.sync)
            try await watch.says("boat: done")
            let files = place.folder.contents.filter { !$0.hasPrefix("logs/") }.sorted()
            let second = try await doctor(place)
            #expect(second.code == 0, "\(second.findings)")
            #expect(second.findings["watcher"]?["says"]?.string?.contains("process \(watch.pid)") == true)
            #expect(place.folder.contents.filter { !$0.hasPrefix("logs/") }.sorted() == files, "nothing is left behind")
            for (_, finding) in second.findings {
                #expect(
                    finding["verdict"]?.string == "fine" || finding["check"]?.string == "outbox disk"
                        || finding["check"]?.string == "state disk" || finding["check"]?.string == "state", "\(finding)"
                )
            }
            watch.send(SIGTERM)
            #expect(try await watch.ended().code == 0)
            #expect(simulator.paidSubmits == 1)
            let text = try await place.command("doctor", "--config", place.root, "--base-url", place.baseURL)
            #expect(text.out.contains("✓ ledger"))
            #expect(text.out.contains("is intact"))
        }
    }

    @Test func `key and provider`() async throws {
        try await withWorkplace { place, simulator in
            #expect(try await doctor(place, changing: ["DASHSCOPE_API_KEY": nil]).code == 7)
            let refused = try await doctor(place, changing: ["DASHSCOPE_API_KEY": "nonsense"])
            #expect(refused.code == 7, "\(refused.findings)")
            let gone = try await doctor(place, "--base-url", "http://127.0.0.1:9/api/v1")
            #expect(gone.code == 5, "\(gone.findings)")
            #expect(gone.findings["provider"]?["verdict"]?.string == "wrong")
            let file = try place.folder.write("key", Array((place.key + "\n").utf8))
            #expect(chmod(file, 0o644) == 0)
            try Data("provider: {key_file: \(file)}\n".utf8).write(to: URL(fileURLWithPath: place("watch.yaml")))
            let open = try await doctor(place, changing: ["DASHSCOPE_API_KEY": nil])
            #expect(open.code == 0, "\(open.findings)")
            #expect(open.findings["key"]?["advice"]?.string == "chmod 600 \(file)")
            unlink(file)
            #expect(simulator.submits == 0)
        }
    }

    @Test func `folders, ledger and configuration`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("boat.yaml", Workplace.sync)
            #expect(try await place.run().code == 0)
            #expect(rename(place("outbox/.renderdrop-folder"), place.folder("marker")) == 0)
            let unmarked = try await doctor(place)
            #expect(unmarked.code == 15)
            #expect(unmarked.findings["outbox"]?["advice"]?.string?.contains("init") == true)
            #expect(rename(place.folder("marker"), place("outbox/.renderdrop-folder")) == 0)

            try Data(repeating: 0x55, count: 20_000).write(to: URL(fileURLWithPath: place(".renderdrop/ledger.sqlite")))
            let damaged = try await doctor(place)
            #expect(damaged.code == 2)
            #expect(damaged.findings["ledger"]?["advice"]?.string?.contains("--rebuild") == true)
            unlink(place(".renderdrop/ledger.sqlite"))
            let missing = try await doctor(place)
            #expect(missing.code == 2)
            #expect(missing.findings["ledger"]?["says"]?.string?.contains("does not exist") == true)
            #expect(try await place.command("doctor", "--rebuild", "--config", place.root).code == 0)
            #expect(try await doctor(place).code == 0)

            try Data("intake: {settle: never}\n".utf8).write(to: URL(fileURLWithPath: place("watch.yaml")))
            let wrong = try await doctor(place)
            #expect(wrong.code == 2)
            #expect(wrong.findings.keys.sorted() == ["configuration"])
        }
    }
}
