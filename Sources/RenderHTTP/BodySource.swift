import RenderCore

/// A request body as a stream of bytes: pieces in order, files in blocks, base64 encoded block by block.
final class BodySource {
    private enum Part {
        case bytes([UInt8])
        case file(BodyFile, asBase64: Bool)
    }

    /// Raw bytes read at once; 3 divides it, so that encoded blocks join.
    private static let blockBytes = 48 << 10

    /// Bytes on the wire.
    let length: Int
    private let parts: [Part]
    private var current = 0
    /// Bytes that are ready to be sent, from `offset` on.
    private var ready: [UInt8] = []
    private var offset = 0
    private var given = 0
    /// Every byte was given out at least once, however often the body was begun. Until then no server had all of it.
    private(set) var wasGivenWhole: Bool

    /// - Throws: `BodyChanged` where a file is not as the piece says.
    init(_ pieces: [BodyPiece]) throws(BodyChanged) {
        var parts: [Part] = []
        for piece in pieces {
            switch piece {
            case .bytes(let bytes): parts.append(.bytes(bytes))
            case .file(let path, let length, let sha256):
                parts.append(.file(try BodyFile(path: path, length: length, sha256: sha256), asBase64: false))
            case .base64(let path, let length, let sha256):
                parts.append(.file(try BodyFile(path: path, length: length, sha256: sha256), asBase64: true))
            }
        }
        self.parts = parts
        length = pieces.reduce(0) { $0 + $1.wireLength }
        wasGivenWhole = length == 0
    }

    /// Fills the buffer as far as the body goes; 0 at its end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(BodyChanged) -> Int {
        var filled = 0
        while filled < buffer.count {
            if offset == ready.count {
                guard try refill() else { break }
            }
            let count = min(ready.count - offset, buffer.count - filled)
            ready.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<(filled + count)])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)]))
            }
            offset += count
            filled += count
        }
        given += filled
        if given == length { wasGivenWhole = true }
        return filled
    }

    /// Makes `position` the next byte that is read. Positions after the first byte are reached by reading.
    func seek(to position: Int) throws(BodyChanged) {
        for case .file(let file, _) in parts { file.rewind() }
        current = 0
        ready = []
        offset = 0
        given = 0
        guard position > 0 else { return }
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: min(position, 64 << 10), alignment: 1)
        defer { scratch.deallocate() }
        while given < position {
            let step = UnsafeMutableRawBufferPointer(rebasing: scratch[..<min(scratch.count, position - given)])
            guard try read(into: step) > 0 else { return }
        }
    }

    /// Brings the next stretch into `ready`; false at the end of the body.
    private func refill() throws(BodyChanged) -> Bool {
        ready = []
        offset = 0
        while current < parts.count {
            switch parts[current] {
            case .bytes(let bytes):
                current += 1
                ready = bytes
            case .file(let file, let asBase64):
                ready = try block(of: file, asBase64: asBase64)
                if ready.isEmpty { current += 1 }
            }
            if !ready.isEmpty { return true }
        }
        return false
    }

    private func block(of file: BodyFile, asBase64: Bool) throws(BodyChanged) -> [UInt8] {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockBytes, alignment: 1)
        defer { block.deallocate() }
        let raw = UnsafeRawBufferPointer(rebasing: block[..<(try file.read(into: block))])
        return asBase64 ? Base64.encode(raw) : Array(raw)
    }
}
