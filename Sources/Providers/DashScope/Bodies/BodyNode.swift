import ProviderSupport
import RenderCore

/// A JSON body with places for media, in the order in which it is written.
indirect enum BodyNode: Sendable {
    case value(JSONValue)
    case media(PlacedMedia)
    case list([BodyNode])
    case object(BodyObject)

    /// The body as it goes out; a picture that travels within it stays on disk until it is sent.
    func pieces() throws(Failure) -> [BodyPiece] {
        var writer = PieceWriter()
        try write(to: &writer)
        return writer.finished()
    }

    /// The same for people: files by name and digest, links without their query.
    var shown: JSONValue {
        switch self {
        case .value(let value): return value
        case .media(let media): return media.shown
        case .list(let items): return .array(items.map(\.shown))
        case .object(let object):
            return .object(
                Dictionary(object.members.map { ($0.key, $0.value.shown) }, uniquingKeysWith: { _, last in last }))
        }
    }

    private func write(to writer: inout PieceWriter) throws(Failure) {
        switch self {
        case .value(let value): writer.add(try JSONBytes.bytes(value))
        case .media(let media):
            switch media.place {
            case .link(let url): writer.add(try JSONBytes.bytes(.string(url)))
            case .within(let file):
                writer.add(Array("\"data:\(file.mediaType);base64,".utf8))
                writer.add(.base64(path: file.path, length: file.length, sha256: file.sha256))
                writer.add([UInt8(ascii: "\"")])
            }
        case .list(let items):
            writer.add([UInt8(ascii: "[")])
            for (index, item) in items.enumerated() {
                if index > 0 { writer.add([UInt8(ascii: ",")]) }
                try item.write(to: &writer)
            }
            writer.add([UInt8(ascii: "]")])
        case .object(let object):
            writer.add([UInt8(ascii: "{")])
            for (index, member) in object.members.enumerated() {
                if index > 0 { writer.add([UInt8(ascii: ",")]) }
                writer.add(try JSONBytes.bytes(.string(member.key)))
                writer.add([UInt8(ascii: ":")])
                try member.value.write(to: &writer)
            }
            writer.add([UInt8(ascii: "}")])
        }
    }
}

/// Collects bytes between the files.
private struct PieceWriter {
    private var pieces: [BodyPiece] = []
    private var bytes: [UInt8] = []

    mutating func add(_ more: [UInt8]) { bytes += more }

    mutating func add(_ piece: BodyPiece) {
        flush()
        pieces.append(piece)
    }

    mutating func finished() -> [BodyPiece] {
        flush()
        return pieces
    }

    private mutating func flush() {
        if !bytes.isEmpty { pieces.append(.bytes(bytes)) }
        bytes = []
    }
}
