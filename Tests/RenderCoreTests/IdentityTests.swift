import Foundation
import RenderCore
import Testing

@Suite struct IdentityTests {
    /// Worked out with Python: `(ms << 80 | randomness)` in base 32.
    static let vectors: [(milliseconds: Int, randomness: [UInt8], text: String)] = [
        (0, [], "00000000000000000000000000"),
        (1 << 48 - 1, Array(repeating: 255, count: 10), "7zzzzzzzzzzzzzzzzzzzzzzzzz"),
        (1_469_918_176_385, [], "01aryz6s410000000000000000"),
        (1_469_918_176_385, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99], "01aryz6s41041061050r3gg28a"),
        (1_795_269_600_250, [0xde, 0xad, 0xbe, 0xef, 0, 1, 2, 3, 4, 5], "01m7z6g8ztvtpvxvr004106105"),
    ]

    @Test(arguments: vectors)
    func `an id is the ULID of its time and randomness`(milliseconds: Int, randomness: [UInt8], text: String) {
        let id = JobID(at: Date(timeIntervalSince1970: Double(milliseconds) / 1000), randomness: randomness)
        #expect(id.text == text)
        #expect(JobID(text.uppercased()) == id)
    }

    @Test func `ids sort by time whatever their randomness`() {
        let times = [0.0, 0.001, 1, 1_469_918_176.385, 1_469_918_176.386, 1_795_269_600.25, 9_999_999_999]
        let ids = times.enumerated().map { index, time in
            JobID(
                at: Date(timeIntervalSince1970: time), randomness: Array(repeating: UInt8(200 - index * 20), count: 10))
        }
        #expect(ids == ids.sorted())
        #expect(ids.map(\.text) == ids.map(\.text).sorted())
    }

    @Test func `every millisecond is itself`() {
        for milliseconds in 1_795_269_600_000..<1_795_269_601_000 {
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            #expect(date.epochMilliseconds == milliseconds)
        }
    }

    @Test(arguments: [
        -1e300, -1, 1e300, .infinity, .nan,
    ]) func `a time out of reach still makes an id`(seconds: Double) {
        #expect(JobID(JobID(at: Date(timeIntervalSince1970: seconds), randomness: [1]).text) != nil)
    }

    @Test(arguments: [
        "", "01aryz6s41", "01aryz6s4100000000000000000", "01aryz6s41000000000000000i", "01aryz6s41000000000000000l",
        "01aryz6s41000000000000000o", "01aryz6s41000000000000000u", "80000000000000000000000000",
        "01aryz6s4100000000000000é", " 1aryz6s410000000000000000",
    ])
    func `what is no ULID is no id`(text: String) {
        #expect(JobID(text) == nil)
    }

    @Test func `a render's id is written with five digits and sorts by number`() throws {
        let job = try #require(JobID("01aryz6s410000000000000000"))
        #expect(RenderID(job: job, number: 7).description == "01aryz6s410000000000000000/00007")
        #expect(RenderID(job: job, number: 1_234_567).description == "01aryz6s410000000000000000/1234567")
        #expect(RenderID("01ARYZ6S410000000000000000/00007") == RenderID(job: job, number: 7))
        #expect(RenderID(job: job, number: 9) < RenderID(job: job, number: 10))
        #expect(RenderID(job: job, number: 100_000) > RenderID(job: job, number: 99_999))
    }

    @Test(arguments: [
        "/1", "01aryz6s410000000000000000", "01aryz6s410000000000000000/", "01aryz6s410000000000000000/0",
        "01aryz6s410000000000000000/-1", "01aryz6s410000000000000000/1/2", "01aryz6s410000000000000000/x",
    ])
    func `what is no render's id is refused`(text: String) {
        #expect(RenderID(text) == nil)
    }

    @Test func `ids are plain text in JSON, and bad ones do not decode`() throws {
        let text = #"["01aryz6s410000000000000000/00007"]"#
        let ids = try JSONDecoder().decode([RenderID].self, from: Data(text.utf8))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        #expect(String(decoding: try encoder.encode(ids), as: UTF8.self) == text)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([JobID].self, from: Data(#"["x"]"#.utf8)) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([RenderID].self, from: Data(#"["x/1"]"#.utf8)) }
        #expect(try JSONDecoder().decode([TaskID].self, from: Data(#"["t-1"]"#.utf8)) == [TaskID("t-1")])
    }
}
