public import struct Foundation.Date

/// A job's permanent id: a lower-case ULID (26 characters of Crockford's base 32; 48 bits of Unix milliseconds, then 80
/// random bits), created before the claim. Sorts by time.
/// - Source: github.com/ulid/spec.
public struct JobID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let text: String

    /// Takes only what `init(at:randomness:)` makes: 26 characters of the alphabet, any case; the first is at most `7`,
    /// as 26 digits of five bits hold two more than the 128.
    public init?(_ text: some StringProtocol) {
        // The ledger's rows hold many, as they are written here.
        let lowered = text.utf8.contains { $0 >= 128 || Self.isCapital($0) } ? text.lowercased() : String(text)
        var digits = lowered.utf8.makeIterator()
        guard lowered.utf8.count == 26, let first = digits.next(), Self.isDigit(first), first < UInt8(ascii: "8")
        else { return nil }
        while let digit = digits.next() {
            guard Self.isDigit(digit) else { return nil }
        }
        self.text = lowered
    }

    /// - Parameter randomness: ten bytes; further ones are ignored, missing ones count as zero.
    public init(at date: Date, randomness: [UInt8]) {
        let milliseconds = UInt64(min(max(0, date.epochMilliseconds), 1 << 48 - 1))
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - 8 * $0)) }
        bytes += (0..<10).map { $0 < randomness.count ? randomness[$0] : 0 }
        // 128 bits in 26 digits of five: the first digit holds the upper three bits.
        var digits: [UInt8] = []
        var buffer = 0
        var bits = 2  // two leading zero bits make 130
        for byte in bytes {
            buffer = buffer << 8 | Int(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                digits.append(Self.alphabet[buffer >> bits & 31])
            }
            buffer &= 1 << bits - 1
        }
        text = String(decoding: digits, as: UTF8.self)
    }

    /// The moment in the id, to the millisecond.
    public var madeAt: Date {
        let milliseconds = text.utf8.prefix(10).reduce(0) { $0 << 5 | (Self.alphabet.firstIndex(of: $1) ?? 0) }
        return Date(epochMilliseconds: milliseconds)
    }

    /// How many characters of an id's end tell jobs apart for people: the beginning is a time, and alike for jobs dropped together.
    public static let tailLength = 8

    /// The end of the id, as folders in `working/` carry it: `NAME~TAIL`.
    public var tail: String { String(text.suffix(Self.tailLength)) }

    /// The last characters of an id that a person typed, alone or as the end of `NAME~TAIL`.
    public static func tail(in text: String) -> String? {
        let last = text.lastIndex(of: "~").map { text[text.index(after: $0)...] } ?? text[...]
        guard last.utf8.count == tailLength, last.lowercased().utf8.allSatisfy(alphabet.contains) else { return nil }
        return last.lowercased()
    }

    private static func isCapital(_ byte: UInt8) -> Bool { UInt8(ascii: "A") <= byte && byte <= UInt8(ascii: "Z") }

    /// Whether a byte is one of the alphabet's.
    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "i"), UInt8(ascii: "l"), UInt8(ascii: "o"), UInt8(ascii: "u"): false
        default: UInt8(ascii: "a") <= byte && byte <= UInt8(ascii: "z")
        }
    }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    public static func < (left: JobID, right: JobID) -> Bool { left.text < right.text }
    public var description: String { text }
}

/// The position of one submission in its job: `JOB/00001`, counted from one in order of expansion.
public struct RenderID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let job: JobID
    public let number: Int

    public init(job: JobID, number: Int) {
        self.job = job
        self.number = number
    }

    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let job = JobID(parts[0]), let number = Int(parts[1]), number > 0 else { return nil }
        self.init(job: job, number: number)
    }

    public static func < (left: RenderID, right: RenderID) -> Bool {
        (left.job, left.number) < (right.job, right.number)
    }
    public var description: String {
        let digits = String(number)
        return "\(job)/" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}

/// The provider's id of a task, as given.
public struct TaskID: Sendable, Hashable, Codable, CustomStringConvertible {
    public let text: String
    public init(_ text: String) { self.text = text }
    public init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
    public var description: String { text }
}

extension JobID: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = JobID(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a job id"))
        }
        self = id
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension RenderID: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = RenderID(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a render id"))
        }
        self = id
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
