public import RenderCore

/// A key of WaveSpeed. Prints as `***` everywhere, and is not `Codable`.
public struct WaveSpeedKey: Sendable, Equatable {
    /// What goes behind `Bearer `, and nowhere else.
    let secret: String

    private static let bytesMax = 512

    /// Takes a key as people paste it: blanks, line ends and quotes around it and a leading `Bearer ` are dropped. Its form is not
    /// documented, and not checked.
    ///
    /// - Throws: `Failure` (account) where nothing is left or where it holds what no key holds.
    public init(_ text: String) throws(Failure) {
        var rest = Self.trimmed(Substring(text))
        if rest.lowercased().hasPrefix("bearer ") { rest = Self.trimmed(rest.dropFirst("bearer ".count)) }
        guard !rest.isEmpty else { throw Self.refused(.providerKeyEmpty("WAVESPEED_API_KEY")) }
        guard rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x27 }) else {
            throw Self.refused(.apiKeyMalformed())
        }
        guard rest.utf8.count <= Self.bytesMax else { throw Self.refused(.apiKeyTooLong(bytesMax: Self.bytesMax)) }
        secret = String(rest)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        func isAround(_ character: Character) -> Bool { character.isWhitespace || "\"'`\u{FEFF}".contains(character) }
        var rest = text.drop(while: isAround)
        while let last = rest.last, isAround(last) { rest.removeLast() }
        return rest
    }

    /// The bytes with `***` wherever the key stands in them.
    func masked(in bytes: [UInt8]) -> [UInt8] { bytes.replacing(secret.utf8, with: "***".utf8) }

    private static func refused(_ message: Message) -> Failure {
        Failure(.keyUnusable, message, fault: .account, retryable: false)
    }
}

extension WaveSpeedKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
