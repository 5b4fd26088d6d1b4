/// A synchronous answer in pieces: server-sent events, words little by little, each picture at once.
extension TaskWire {
    /// How many words come in one event.
    private static let wordsEach = 3

    /// The items as they are sent.
    private var pieces: [Item] {
        items.flatMap { item -> [Item] in
            switch item {
            case .picture: return [item]
            case .words(let text):
                // Spaces stay with the word before them, so that the pieces join to the text.
                var words: [String] = [""]
                for character in text {
                    if character != " ", words[words.count - 1].last == " " { words.append("") }
                    words[words.count - 1].append(character)
                }
                return stride(from: 0, to: words.count, by: Self.wordsEach).map { start in
                    .words(words[start..<min(words.count, start + Self.wordsEach)].joined())
                }
            }
        }
    }

    var wordPieces: Int {
        guard row.isArticle else { return 0 }
        return pieces.count { if case .words = $0 { true } else { false } }
    }

    /// How many events the answer has; an error is one.
    var pieceCount: Int { task.finalFailure == nil ? max(1, pieces.count) : 1 }

    /// The parts whose pictures have been sent with the event of this index.
    func pictures(until index: Int) -> [Int] {
        pieces.prefix(index + 1).compactMap { if case .picture(let part) = $0 { part } else { nil } }
    }

    /// The bytes of one event.
    func piece(_ index: Int) -> [UInt8] {
        if let failure = task.finalFailure {
            return Self.errorPiece(failure, number: index + 1, requestID: task.requestID)
        }
        let pieces = pieces
        let isLast = index + 1 >= pieces.count
        let sent = pieces.prefix(index + 1)
        let words = sent.count { if case .words = $0 { true } else { false } }
        let content = pieces.indices.contains(index) ? [json(pieces[index])] : []
        let body = JSON.make([
            "output": .make([
                "choices": .array([choice(content, reason: isLast ? "stop" : "null")]), "finished": .bool(isLast),
            ]),
            "usage": tokens(images: sent.count - words, words: words), "request_id": .string(task.requestID),
        ])
        return Self.event("result", status: 200, body, number: index + 1)
    }

    static func errorPiece(_ failure: Refusal, number: Int, requestID: String) -> [UInt8] {
        let body = JSON.make([
            "code": .string(failure.code), "message": .string(failure.message), "request_id": .string(requestID),
        ])
        return event("error", status: failure.status, body, number: number)
    }

    private static func event(_ name: String, status: Int, _ body: JSON, number: Int) -> [UInt8] {
        Array("id:\(number)\nevent:\(name)\n:HTTP_STATUS/\(status)\ndata:".utf8) + body.bytes + Array("\n\n".utf8)
    }
}
