import Foundation
import RenderCore
import Testing

@Suite struct ValueTests {
    @Test(arguments: [
        ("2", 2_000_000, "2.00"), ("0.5", 500_000, "0.50"), ("0.550443", 550_443, "0.550443"),
        ("00.10", 100_000, "0.10"),
        ("999999999.999999", 999_999_999_999_999, "999999999.999999"), ("0", 0, "0.00"), ("1.230", 1_230_000, "1.23"),
    ])
    func `money reads and writes decimals exactly`(text: String, micros: Int, written: String) {
        let money = Money(decimal: text, currency: "CNY")
        #expect(money == Money(micros: micros, currency: "CNY"))
        #expect(money?.decimal == written)
        #expect(money?.description == written + " CNY")
    }

    @Test(arguments: ["", ".", "1.", ".5", "-1", "+1", "1,5", "1e3", "0.1234567", "1234567890", "1.2.3", "٣", "1 "])
    func `what is no plain decimal is no money`(text: String) {
        #expect(Money(decimal: text, currency: "CNY") == nil)
    }

    @Test func `money multiplies and shows a minus`() {
        #expect((Money(micros: 140_000, currency: "USD") * 3).description == "0.42 USD")
        #expect(Money(micros: -1_500_000, currency: "USD").decimal == "-1.50")
        #expect(Money(micros: -1, currency: "USD").decimal == "-0.000001")
    }

    static let values: [(JSONValue, String)] = [
        (nil, "null"), (true, "true"), (0, "0"), (-7, "-7"), (.int(.max), "9223372036854775807"), (0.5, "0.5"),
        ("", #""""#), ("a\"\\\n\u{1}é橘🐈", #""a\"\\\n\u0001é橘🐈""#), ([], "[]"), ([1, [2], nil], "[1,[2],null]"),
        ([:], "{}"),
        (["a": ["b": [true, 1.25]], "": "x"], #"{"":"x","a":{"b":[true,1.25]}}"#),
    ]

    @Test(arguments: values)
    func `a JSON value survives the way to text and back`(value: JSONValue, text: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(String(decoding: try encoder.encode(value), as: UTF8.self) == text)
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) == value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data(JSONText.value(value).pretty.utf8)) == value)
    }

    @Test func `a JSON value tells its types apart`() {
        let value: JSONValue = ["flag": true, "one": 1, "half": 0.5, "two": 2.0, "text": "1", "list": [1, 2]]
        #expect(value["flag"]?.bool == true && value["flag"]?.int == nil)
        #expect(value["one"]?.int == 1 && value["one"]?.double == 1 && value["one"]?.bool == nil)
        #expect(value["half"]?.int == nil && value["half"]?.double == 0.5)
        #expect(value["two"]?.int == 2)
        #expect(value["text"]?.int == nil && value["text"]?.string == "1")
        #expect(value["list"]?[1]?.int == 2 && value["list"]?[2] == nil && value["list"]?[-1] == nil)
        #expect(value["none"] == nil && value[0] == nil)
    }

    /// Worked out with Python's datetime.
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (951_825_600_000, "2000-02-29T12:00:00.000Z"),
        (4_107_542_400_001, "2100-03-01T00:00:00.001Z"), (-11_670_998_400_000, "1600-02-29T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (1_735_689_599_500, "2024-12-31T23:59:59.500Z"),
        (1_795_269_600_250, "2026-11-21T14:00:00.250Z"), (.max, "9999-12-31T23:59:59.999Z"),
        (.min, "0000-01-01T00:00:00.000Z"),
    ])
    func `a time is RFC 3339 in UTC with milliseconds`(milliseconds: Int, text: String) {
        #expect(Date(epochMilliseconds: milliseconds).rfc3339 == text)
    }

    @Test(arguments: [
        ("https://u:p@host.example/a/b.png?Signature=x#y", "https://host.example/a/b.png"),
        ("https://host.example/a@b.png", "https://host.example/a@b.png"), ("cat.jpg", "cat.jpg"), ("", ""),
        ("https://host.example?x", "https://host.example"), ("oss://bucket/key?Signature=1", "oss://bucket/key"),
        ("https://host.example/#?Signature=1", "https://host.example/"),
    ])
    func `a shown link has no query, fragment or user`(url: String, shown: String) {
        #expect(Redaction.link(url) == shown)
    }

    @Test func `only strings that are links or data as a whole are cut`() {
        let value: JSONValue = [
            "prompt": "like https://example.com/?a=1 please", "list": ["https://example.com/a?b=c", 1],
            "image": "data:image/png;base64,AAAA", "data:": "data: is a word",
        ]
        #expect(
            Redaction.value(value) == [
                "prompt": "like https://example.com/?a=1 please", "list": ["https://example.com/a", 1],
                "image": "data:image/png;base64,… (26 bytes)", "data:": "data: is a word",
            ])
    }
}
