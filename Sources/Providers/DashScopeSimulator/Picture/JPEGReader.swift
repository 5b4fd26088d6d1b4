/// Reads a baseline JPEG: 8 bits, Huffman coding, one or three components, in one scan. That is what cameras and the samples have.
/// Progressive files are not decoded.
///
/// - Source: ITU-T T.81.
struct JPEGReader {
    struct Component {
        var id: UInt8
        /// Blocks across and down in a unit of the scan (MCU).
        var across: Int
        var down: Int
        var quantization: Int
        var directTable = 0
        var alternatingTable = 0
    }

    private(set) var size = FrameSize(0, 0)
    private(set) var components: [Component] = []
    /// In zigzag order.
    private(set) var quantizations: [Int: [Int32]] = [:]
    private(set) var directTables: [Int: HuffmanTable] = [:]
    private(set) var alternatingTables: [Int: HuffmanTable] = [:]
    /// MCUs between restart markers; 0: none.
    private(set) var restartInterval = 0

    static func decode(_ bytes: [UInt8]) -> Raster? {
        var reader = JPEGReader()
        guard let start = reader.readHeaders(bytes) else { return nil }
        return JPEGScan(reader, bytes, from: start)?.decode()
    }

    /// - Returns: where the scan's data begins; nil if this is no file that can be decoded.
    private mutating func readHeaders(_ bytes: [UInt8]) -> Int? {
        var at = 2
        while at + 4 <= bytes.count {
            guard bytes[at] == 0xFF else { return nil }
            let marker = bytes[at + 1]
            if marker == 0xFF {
                at += 1
                continue
            }
            let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
            guard length >= 2, at + 2 + length <= bytes.count else { return nil }
            let content = bytes[at + 4..<at + 2 + length]
            at += 2 + length
            switch marker {
            case 0xC0, 0xC1: guard readFrame(Array(content)) else { return nil }
            case 0xC2...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF: return nil
            case 0xC4: guard readHuffman(Array(content)) else { return nil }
            case 0xDB: guard readQuantization(Array(content)) else { return nil }
            case 0xDD:
                guard content.count == 2 else { return nil }
                restartInterval = content.reduce(0) { $0 << 8 | Int($1) }
            case 0xDA: return readScan(Array(content)) ? at : nil
            default: break
            }
        }
        return nil
    }

    private mutating func readFrame(_ content: [UInt8]) -> Bool {
        guard components.isEmpty, content.count >= 6, content[0] == 8 else { return false }
        size = FrameSize(Int(content[3]) << 8 | Int(content[4]), Int(content[1]) << 8 | Int(content[2]))
        let count = Int(content[5])
        guard size.width > 0, size.height > 0, size.width * size.height <= Raster.pixelsMax, count == 1 || count == 3,
            content.count == 6 + 3 * count
        else { return false }
        for index in 0..<count {
            let part = content[(6 + 3 * index)..<(9 + 3 * index)].map { $0 }
            let (across, down) = (Int(part[1] >> 4), Int(part[1] & 15))
            guard (1...4).contains(across), (1...4).contains(down) else { return false }
            // One component alone is not interleaved: its unit is a single block.
            components.append(
                Component(
                    id: part[0], across: count == 1 ? 1 : across, down: count == 1 ? 1 : down,
                    quantization: Int(part[2])))
        }
        return true
    }

    private mutating func readQuantization(_ content: [UInt8]) -> Bool {
        var at = 0
        while at < content.count {
            let (isWide, id) = (content[at] >> 4 != 0, Int(content[at] & 15))
            at += 1
            guard at + (isWide ? 128 : 64) <= content.count else { return false }
            quantizations[id] = (0..<64).map { index in
                isWide
                    ? Int32(content[at + 2 * index]) << 8 | Int32(content[at + 2 * index + 1])
                    : Int32(content[at + index])
            }
            at += isWide ? 128 : 64
        }
        return true
    }

    private mutating func readHuffman(_ content: [UInt8]) -> Bool {
        var at = 0
        while at + 17 <= content.count {
            let counts = content[at + 1..<at + 17].map { Int($0) }
            let total = counts.reduce(0, +)
            guard at + 17 + total <= content.count,
                let table = HuffmanTable(counts: counts, values: Array(content[at + 17..<at + 17 + total]))
            else { return false }
            let id = Int(content[at] & 15)
            if content[at] >> 4 == 0 { directTables[id] = table } else { alternatingTables[id] = table }
            at += 17 + total
        }
        return at == content.count
    }

    private mutating func readScan(_ content: [UInt8]) -> Bool {
        guard let count = content.first.map({ Int($0) }), count == components.count, content.count == 4 + 2 * count
        else { return false }
        for index in 0..<count {
            let tables = content[2 + 2 * index]
            guard components[index].id == content[1 + 2 * index] else { return false }
            components[index].directTable = Int(tables >> 4)
            components[index].alternatingTable = Int(tables & 15)
        }
        return true
    }
}

/// A Huffman code of at most 16 bits, as a table over all 16-bit prefixes: one look a symbol.
struct HuffmanTable {
    /// Length of the code in the upper byte, its symbol in the lower one; 0: no such code.
    let entries: [UInt16]

    /// - Parameter counts: how many codes of each length, 1 to 16 bits.
    init?(counts: [Int], values: [UInt8]) {
        var entries = [UInt16](repeating: 0, count: 1 << 16)
        var (code, index) = (0, 0)
        for (length, count) in zip(1...16, counts) {
            for _ in 0..<count {
                let (first, span) = (code << (16 - length), 1 << (16 - length))
                guard first + span <= entries.count else { return nil }
                let entry = UInt16(length) << 8 | UInt16(values[index])
                for place in first..<first + span { entries[place] = entry }
                code += 1
                index += 1
            }
            code <<= 1
        }
        self.entries = entries
    }
}
