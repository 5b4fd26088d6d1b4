import Foundation
import RenderCore
import RenderTestSupport
import Testing

@Suite struct JSONValueEncoderTests {
    private struct Sample: Codable {
        var text = "a \"b\" \\ / é\n\u{1}"
        var number = 3
        var small: Int8 = -4
        var large = UInt64.max
        var share = 0.25
        var flag = true
        var nothing: Int?
        var at = Fixtures.start
        var list: [Int?] = [1, nil, 3]
        var table: [String: [Double]] = ["b": [1.5], "a": []]
        var value: JSONValue = ["k": [1, "x", nil]]
        var money = Money(micros: 140_000, currency: "CNY")
    }

    /// What Foundation makes of the same, with a text in between.
    private func byFoundation(_ value: some Encodable) throws -> JSONValue {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(Timestamp.text(date))
        }
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return try JSONDecoder().decode(JSONValue.self, from: encoder.encode(value))
    }

    @Test func `a value is what Foundation makes of it`() throws {
        var sample = Sample()
        sample.large = UInt64(Int.max)
        #expect(try JSONValue(encoding: sample) == byFoundation(sample))
        let render = Fixtures.render(JobID(at: Fixtures.start, randomness: Array(repeating: 7, count: 10)))
        #expect(try JSONValue(encoding: render.plan) == byFoundation(render.plan))
        for number in [Double.infinity, -.infinity, .nan, 1e300, -0.000_000_1] {
            #expect(try JSONValue(encoding: [number]) == byFoundation([number]))
        }
    }

    @Test func `its text is read back as the same value`() throws {
        let value = try JSONValue(encoding: Sample())
        let read = try JSONDecoder().decode(JSONValue.self, from: Data(value.compact))
        #expect(read == value)
        #expect(
            String(decoding: (["b": 1, "a": [true, nil, "\u{7F}"]] as JSONValue).compact, as: UTF8.self)
                == #"{"a":[true,null,"\u007f"],"b":1}"#)
    }
}
