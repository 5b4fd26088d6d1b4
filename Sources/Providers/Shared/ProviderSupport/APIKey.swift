public import RenderCore

/// A provider's key. Prints as `***` everywhere: `print`, `dump`, string interpolation, a debugger. It is not `Codable`.
public struct APIKey: Sendable, Equatable {
    /// What goes behind `Bearer `, and nowhere else.
    package let secret: String

    /// Takes a key as people paste it: blanks, line ends and quotes around it and a leading `Bearer ` are dropped.
    ///
    /// - Parameter variable: the environment variable that a message names; nil: it names the common ones.
    /// - Throws: `Failure` (account) where nothing is left or where it holds what no key holds.
    public init(_ text: String, variable: String? = nil) throws(Failure) {
        var trimmed = Substring(text)
        func isAround(_ character: Character) -> Bool {
            character.isWhitespace || "\"'`\u{201C}\u{201D}\u{2018}\u{2019}\u{FEFF}".contains(character)
        }
        func trim() {
            trimmed = trimmed.drop(while: isAround)
            while let last = trimmed.last, isAround(last) { trimmed.removeLast() }
        }
        trim()
        if trimmed.lowercased().hasPrefix("bearer ") {
            trimmed = trimmed.dropFirst("bearer ".count)
            trim()
        }
        guard !trimmed.isEmpty else {
            throw Self.refused(variable.map { .providerKeyEmpty($0) } ?? .apiKeyEmpty())
        }
        guard trimmed.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x27 }) else {
            throw Self.refused(.apiKeyMalformed())
        }
        guard trimmed.utf8.count <= Self.bytesMax else { throw Self.refused(.apiKeyTooLong(bytesMax: Self.bytesMax)) }
        secret = String(trimmed)
    }

    private static let bytesMax = 512

    /// The bytes with `***` wherever the key stands in them.
    package func masked(in bytes: [UInt8]) -> [UInt8] { bytes.replacing(secret.utf8, with: "***".utf8) }

    private static func refused(_ message: Message) -> Failure {
        Failure(.keyUnusable, message, fault: .account, retryable: false)
    }
}

extension APIKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
