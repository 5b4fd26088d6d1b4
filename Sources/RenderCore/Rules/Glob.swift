/// A shell pattern for one name: `*`, `?`, `[a-z]`, `[!a-z]`, and a backslash before a literal character. Case and the
/// encoding of accents are ignored.
struct Glob: Sendable, Equatable {
    private enum Piece: Sendable, Equatable {
        case any
        case one
        case sign(Character)
        case set([ClosedRange<Character>], negated: Bool)
    }

    private let pieces: [Piece]

    init(_ pattern: String) {
        var pieces: [Piece] = []
        var rest = Array(pattern.foldedName)[...]
        while let sign = rest.popFirst() {
            switch sign {
            case "*": if pieces.last != .any { pieces.append(.any) }
            case "?": pieces.append(.one)
            case "\\": pieces.append(.sign(rest.popFirst() ?? "\\"))
            case "[": pieces.append(Self.set(&rest) ?? .sign("["))
            default: pieces.append(.sign(sign))
            }
        }
        self.pieces = pieces
    }

    /// The set after an opening bracket; nil, without consuming anything, if the bracket is never closed.
    private static func set(_ rest: inout ArraySlice<Character>) -> Piece? {
        var body = rest
        let negated = body.first == "!" || body.first == "^"
        if negated { body.removeFirst() }
        var ranges: [ClosedRange<Character>] = []
        while let sign = body.popFirst() {
            if sign == "]", !ranges.isEmpty {
                rest = body
                return .set(ranges, negated: negated)
            }
            let next = body.dropFirst().first
            if body.first == "-", let last = next, last != "]", sign <= last {
                body.removeFirst(2)
                ranges.append(sign...last)
            } else {
                ranges.append(sign...sign)
            }
        }
        return nil
    }

    /// Takes time in the order of name times pattern, whatever the pattern.
    func matches(_ name: String) -> Bool { matchesFolded(name.foldedName) }

    func matchesFolded(_ name: String) -> Bool {
        let signs = Array(name)
        var at = 0
        var piece = 0
        var star: (piece: Int, at: Int)?
        while at < signs.count {
            if piece < pieces.count, pieces[piece] == .any {
                star = (piece, at)
                piece += 1
            } else if piece < pieces.count, Self.takes(pieces[piece], signs[at]) {
                at += 1
                piece += 1
            } else if let last = star {
                star = (last.piece, last.at + 1)
                at = last.at + 1
                piece = last.piece + 1
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .any }
    }

    private static func takes(_ piece: Piece, _ sign: Character) -> Bool {
        switch piece {
        case .any, .one: true
        case .sign(let own): own == sign
        case .set(let ranges, let negated): ranges.contains { $0.contains(sign) } != negated
        }
    }
}
