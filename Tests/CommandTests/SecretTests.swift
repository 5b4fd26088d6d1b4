import DashScopeSimulator
import Foundation
import RenderTestSupport
import Testing

/// That the search which ends every test of a workplace would find something, and that nothing is there to be found at the
/// moments when most is in the air.
@Suite(.timeLimit(.minutes(15))) struct SecretTests {
    @Test func `the search finds a key in every dress, and nothing where there is none`() {
        let key = "sk-0123456789+/abcdef~"
        let search = SecretSearch(key: key)
        for needle in search.needles {
            let around = [UInt8](repeating: 0, count: 5000) + needle.bytes + Array("\"}\n".utf8)
            #expect(search.form(in: Data(around)) != nil, "\(needle.form)")
            #expect(search.form(in: Data(needle.bytes.dropLast())) == nil, "\(needle.form)")
        }
        for before in ["", "B", "Be", "Bearer ", "{\"a\":\""] {
            let text = Data((before + key + "\",").utf8).base64EncodedString()
            #expect(search.form(in: Data(text.utf8)) == "base64", "\(before)")
        }
        #expect(search.form(in: Data()) == nil)
        #expect(SecretSearch.link.form(in: Data("https://x/1.png?Expires=1&Signature=a".utf8)) != nil)
    }

    @Test func `it would find one in any file of a workspace`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("robot.yaml", Workplace.async)
            #expect(try await place.run().code == 0)
            #expect(place.leaks(keys: [place.key]) == [])
            let encoded = Data("Bearer \(place.key)".utf8).base64EncodedString()
            for path in ["studio/.renderdrop/x", "studio/outbox/robot/x.json", "logs/x.err", "studio/archive/x", "x"] {
                for text in [place.key, encoded, "?Expires=1&Signature=abc"] {
                    let file = try place.folder.write(path, Array("abc \(text) def".utf8))
                    #expect(place.leaks(keys: [place.key]).count == 1, "\(path): \(text)")
                    try FileManager.default.removeItem(atPath: file)
                }
            }
            // Nothing is at work: the ledger's own bytes count, too.
            let ledger = try FileHandle(forWritingTo: URL(fileURLWithPath: place(".renderdrop/ledger.sqlite")))
            let end = try ledger.seekToEnd()
            try ledger.write(contentsOf: Data("Signature=abc".utf8))
            #expect(place.leaks(keys: [place.key]).count == 1)
            try ledger.truncate(atOffset: end)
            try ledger.close()
        }
    }

    /// Refused, lost, adopted, cut, redirected and killed, at the log's lowest level.
    @Test(arguments: ["text", "json"])
    func `in the midst of trouble nothing is written down that must not be`(format: String) async throws {
        try await withWorkplace { place, simulator in
            simulator.addFault(
                .init(.submit, nth: 1),
                .status(
                    400, code: "Throttling", message: "Bearer \(place.key) asked too fast, see https://x/?Signature=1")
            )
            simulator.addFault(.init(.submit, nth: 3), .acceptThenGarbage())
            simulator.addFault(
                .init(.query, nth: 1), .redirect(to: "http://127.0.0.1:9/?key=\(place.key)&Signature=1"))
            simulator.addFault(.init(.result, nth: 1), .truncate(at: 3000))
            simulator.addFault(.init(.result, nth: 3), .hang(after: 3000))
            for number in 1...3 {
                try place.drop("job-\(number).yaml", Workplace.async.replacing("seed: 7", with: "seed: \(number)"))
            }
            let run = try place.start([
                "run", "--config", place.root, "--base-url", place.baseURL, "--log-level", "debug", "--log-format",
                format,
            ])
            try await eventually("a download hangs") { simulator.requests(.result).contains { $0.fault == .hang } }
            #expect(place.leaks(keys: [place.key]) == [])
            run.send(SIGKILL)
            _ = try await run.ended()
            #expect(place.leaks(keys: [place.key]) == [])
            simulator.clearFaults()
            let again = try await place.run()
            #expect(again.code == 0, "\(again.error)")
            #expect(place.files("outbox").count { $0.hasSuffix(".png") } == 6)
            #expect(simulator.paidSubmits == 3)
            _ = try await place.status()
            #expect(place.files("working") == [])
            #expect(place.leaks(keys: [place.key]) == [])
        }
    }

    @Test func `the ledger is nobody else's to read`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try await place.watch()
            try place.drop("robot.yaml", Workplace.async)
            try await eventually("a query") { !simulator.requests(.query).isEmpty }
            let files = place.folder.contents.filter { $0.hasPrefix("studio/.renderdrop/ledger.sqlite") }
            #expect(files.count >= 2, "\(files)")
            for file in files {
                var facts = stat()
                #expect(lstat(place.folder(file), &facts) == 0 && facts.st_mode & 0o777 == 0o600, "\(file)")
            }
            watch.send(SIGKILL)
        }
    }
}
