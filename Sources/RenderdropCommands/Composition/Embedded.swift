import CEmbedded
import Foundation

/// Files that travel inside the binary.
enum Embedded {
    static func bytes(_ file: (UnsafeMutablePointer<Int>) -> UnsafePointer<UInt8>) -> [UInt8] {
        var length = 0
        let start = file(&length)
        return Array(UnsafeBufferPointer(start: start, count: length))
    }

    static func text(_ file: (UnsafeMutablePointer<Int>) -> UnsafePointer<UInt8>) -> String {
        String(decoding: bytes(file), as: UTF8.self)
    }
}

/// Random bytes from the system.
enum SystemRandom {
    static func bytes(_ count: Int) -> [UInt8] {
        var source = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &source) }
    }

    /// Sixteen hexadecimal digits.
    static func word() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
