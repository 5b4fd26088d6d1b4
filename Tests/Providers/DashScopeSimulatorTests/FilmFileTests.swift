import Foundation
import Testing

@testable import DashScopeSimulator

@Suite struct FilmFileTests {
    /// The link of a finished film of this ratio.
    private func film(_ simulator: RunningSimulator, ratio: String = "16:9") async throws -> String {
        let client = APIClient(simulator)
        let id = try await client.accepted(
            Path.video, body("wan2.7-t2v", #""prompt":"x""#, #"{"ratio":"\#(ratio)"}"#))
        simulator.advance(seconds: 3600)
        return try #require(try await client.get("/tasks/\(id)").text("output.video_url"))
    }

    @Test(arguments: [("16:9", 640, 360), ("9:16", 360, 640), ("1:1", 480, 480), ("4:3", 480, 480)])
    func `a film is a readable MP4 of about the ratio asked for`(ratio: String, width: Int, height: Int) async throws {
        try await simulating { simulator in
            let url = try await film(simulator, ratio: ratio)
            let file = try await APIClient(simulator, key: nil).send("GET", url)
            #expect(file.status == 200)
            #expect(file.headers["content-type"] == "video/mp4")
            let check = try MP4Check(file.body)
            #expect(check.names.first == "ftyp")
            #expect(check.names.contains("moov"))
            #expect(check.names.contains("mdat"))
            #expect(check.names.last == "free")
            let header = try #require(MediaHeader([UInt8](file.body)))
            #expect(header.format == .mp4)
            #expect(header.width == width)
            #expect(header.height == height)
            #expect(header.seconds == 1.5)
        }
    }

    @Test func `films of different tasks differ, the same film does not`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator, key: nil)
            let links = [try await film(simulator), try await film(simulator)]
            let first = try await client.send("GET", links[0])
            let second = try await client.send("GET", links[1])
            #expect(first.body != second.body)
            #expect(first.headers["etag"] != second.headers["etag"])
            #expect(try await client.send("GET", links[0]).body == first.body)
        }
    }

    @Test func `films are served in parts, and spoilt by faults, as pictures are`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator, key: nil)
            let url = try await film(simulator)
            let whole = try await client.send("GET", url)
            let tag = try #require(whole.headers["etag"])
            let part = try await client.send("GET", url, headers: ["Range": "bytes=1000-", "If-Range": tag])
            #expect(part.status == 206)
            #expect(part.body == whole.body[1000...])
            #expect(try await client.send("HEAD", url).headers["content-length"] == String(whole.body.count))
            simulator.addFault(FaultMatch(.result, nth: 1), .wrongContent)
            simulator.addFault(FaultMatch(.result, nth: 2), .otherFile)
            simulator.addFault(FaultMatch(.result, nth: 3), .slow(seconds: 0.05))
            simulator.addFault(FaultMatch(.result, nth: 4), .truncate(at: 500))
            #expect(try await client.send("GET", url).string.contains("<html>"))
            let other = try await client.send("GET", url, headers: ["Range": "bytes=1000-"])
            #expect(other.status == 206)
            #expect(other.headers["etag"] != tag)
            #expect(try await client.send("GET", url).body == whole.body)
            await #expect(throws: (any Error).self) { try await client.send("GET", url) }
            #expect(try await client.send("GET", url).body == whole.body)
        }
    }

    @Test func `a film's link ends after a day, and the file can be mislabelled`() async throws {
        try await simulating {
            $0.switches.resultMediaType = "application/octet-stream"
        } _: { simulator in
            let client = APIClient(simulator, key: nil)
            let url = try await film(simulator)
            #expect(try await client.send("GET", url).headers["content-type"] == "application/octet-stream")
            simulator.advance(seconds: 86_401)
            #expect(try await client.send("GET", url).status == 403)
        }
    }

    @Test func `the films that travel with the program differ in layout and sound`() throws {
        let layouts = try Footage.all.map { film in
            let check = try MP4Check(Data(film.bytes))
            let order = check.names.filter { $0 == "moov" || $0 == "mdat" }
            let movie = try #require(check.boxes.first { $0.name == "moov" })
            let content = Data(film.bytes[movie.content])
            let sounds = content.firstRange(of: Data("soun".utf8)) != nil
            return order.joined(separator: " ") + (sounds ? " with sound" : "")
        }
        #expect(layouts == ["moov mdat with sound", "mdat moov with sound", "moov mdat"])
        #expect(Footage.all.allSatisfy { $0.bytes.count < 25_000 })
    }
}
