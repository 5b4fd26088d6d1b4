import Foundation
import GRDB
import RenderCore

/// How values stand in columns.
enum Columns {
    /// Dates inside JSON are milliseconds too, so that a time is the same wherever it stands.
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.epochMilliseconds)
        }
        // JSON has no word for these; a plan that holds one is still kept.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return encoder
    }()

    private static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            Date(epochMilliseconds: try decoder.singleValueContainer().decode(Int.self))
        }
        return decoder
    }()

    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func json(ifPresent value: (some Encodable)?) throws -> String? {
        try value.map { try json($0) }
    }

    static func value<Value: Decodable>(_ type: Value.Type, from json: String) throws -> Value {
        try decoder.decode(type, from: Data(json.utf8))
    }
}

/// Reads a row's columns. Whatever does not fit is `LedgerError.unusable`: the file was damaged or edited by hand.
struct Reading {
    let row: Row

    func need<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ column: String) throws -> Value {
        try row.decode(Value.self, forColumn: column)
    }

    func find<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ column: String) throws -> Value? {
        try row.decode(Value?.self, forColumn: column)
    }

    func date(_ column: String) throws -> Date { Date(epochMilliseconds: try need(column)) }
    func dateIfPresent(_ column: String) throws -> Date? { try find(column).map { Date(epochMilliseconds: $0) } }

    func json<Value: Decodable>(_ column: String) throws -> Value {
        try Columns.value(Value.self, from: try need(column))
    }

    func jsonIfPresent<Value: Decodable>(_ column: String) throws -> Value? {
        try find(column).map { try Columns.value(Value.self, from: $0) }
    }

    func word<Word: RawRepresentable>(_ column: String) throws -> Word where Word.RawValue == String {
        let text: String = try need(column)
        guard let word = Word(rawValue: text) else { throw damaged(column, text) }
        return word
    }

    func wordIfPresent<Word: RawRepresentable>(_ column: String) throws -> Word? where Word.RawValue == String {
        let text: String? = try find(column)
        return text == nil ? nil : try word(column) as Word
    }

    func money(_ column: String) throws -> Money? {
        guard let micros: Int = try find(column + "_micros"), let currency: String = try find(column + "_currency")
        else { return nil }
        return Money(micros: micros, currency: currency)
    }

    func jobID(_ column: String) throws -> JobID {
        let text: String = try need(column)
        guard let id = JobID(text) else { throw damaged(column, text) }
        return id
    }

    func renderID() throws -> RenderID { RenderID(job: try jobID("job"), number: try need("number")) }

    private func damaged(_ column: String, _ text: String) -> LedgerError {
        .unusable(Message.ledgerValueUnknown(String(text.prefix(40)), column: column).line)
    }
}
