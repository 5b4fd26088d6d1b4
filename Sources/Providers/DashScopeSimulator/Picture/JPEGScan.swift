/// The scan of a baseline JPEG: bits to blocks, blocks to planes, planes to pixels.
///
/// Works on raw memory, which it owns: a debug build takes ten times as long with arrays.
final class JPEGScan {
    private struct Plane {
        var component: JPEGReader.Component
        /// In zigzag order.
        var quantization: [Int32]
        var direct: HuffmanTable
        var alternating: HuffmanTable
        /// Of the samples, whole units.
        var width: Int
        var samples: [UInt8]
        var previous: Int32 = 0
    }

    private let size: FrameSize
    private let units: (across: Int, down: Int)
    private let most: (across: Int, down: Int)
    private let restartInterval: Int
    private var planes: [Plane] = []
    private var bits: BitReader
    /// A block's frequencies, then its samples.
    private let block: UnsafeMutablePointer<Float>
    /// Half transformed: rows only.
    private let half: UnsafeMutablePointer<Float>
    private let cosines: UnsafeMutablePointer<Float>

    init?(_ reader: JPEGReader, _ bytes: [UInt8], from start: Int) {
        block = .allocate(capacity: 64)
        half = .allocate(capacity: 64)
        cosines = .allocate(capacity: 64)
        block.initialize(repeating: 0, count: 64)
        half.initialize(repeating: 0, count: 64)
        for (index, cosine) in Self.cosines.enumerated() { (cosines + index).initialize(to: cosine) }
        size = reader.size
        restartInterval = reader.restartInterval
        bits = BitReader(bytes, at: start)
        most = (reader.components.map(\.across).max() ?? 1, reader.components.map(\.down).max() ?? 1)
        units = (
            (size.width + 8 * most.across - 1) / (8 * most.across), (size.height + 8 * most.down - 1) / (8 * most.down)
        )
        for component in reader.components {
            guard let quantization = reader.quantizations[component.quantization],
                let direct = reader.directTables[component.directTable],
                let alternating = reader.alternatingTables[component.alternatingTable]
            else { return nil }
            let width = units.across * component.across * 8
            planes.append(
                Plane(
                    component: component, quantization: quantization, direct: direct, alternating: alternating,
                    width: width, samples: [UInt8](repeating: 128, count: width * units.down * component.down * 8)))
        }
    }

    // Every stored property is set before the initializer can fail, so that this runs in any case.
    deinit {
        block.deallocate()
        half.deallocate()
        cosines.deallocate()
    }

    /// - Returns: nil where the data breaks off or makes no sense.
    func decode() -> Raster? {
        var left = restartInterval
        for row in 0..<units.down {
            for column in 0..<units.across {
                if restartInterval > 0, left == 0 {
                    guard bits.skipRestart() else { return nil }
                    for index in planes.indices { planes[index].previous = 0 }
                    left = restartInterval
                }
                left -= 1
                for index in planes.indices {
                    let component = planes[index].component
                    for y in 0..<component.down {
                        for x in 0..<component.across {
                            guard decodeBlock(index, column * component.across + x, row * component.down + y) else {
                                return nil
                            }
                        }
                    }
                }
            }
        }
        return Raster(size: size, pixels: pixels())
    }

    // MARK: Blocks

    private static let zigzag = [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21,
        28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61,
        54, 47, 55, 62, 63,
    ]

    private func decodeBlock(_ index: Int, _ column: Int, _ row: Int) -> Bool {
        guard let length = bits.symbol(planes[index].direct), length <= 11, let change = bits.number(Int(length)) else {
            return false
        }
        planes[index].previous &+= change
        block.update(repeating: 0, count: 64)
        block[0] = Float(planes[index].previous &* planes[index].quantization[0])
        // Of the rows with any frequency in them.
        var lastRow = 0
        var isFlat = true
        var at = 1
        while at < 64 {
            guard let symbol = bits.symbol(planes[index].alternating) else { return false }
            let (zeros, length) = (Int(symbol >> 4), Int(symbol & 15))
            if length == 0 {
                guard zeros == 15 else { break }
                at += 16
                continue
            }
            at += zeros
            guard at < 64, let value = bits.number(length) else { return false }
            let place = Self.zigzag[at]
            block[place] = Float(value &* planes[index].quantization[at])
            lastRow = max(lastRow, place >> 3)
            isFlat = false
            at += 1
        }
        if isFlat {
            block.update(repeating: block[0] / 8, count: 64)
        } else {
            transform(lastRow)
        }
        let width = planes[index].width
        let corner = row * 8 * width + column * 8
        planes[index].samples.withUnsafeMutableBufferPointer { samples in
            guard var to = samples.baseAddress.map({ $0 + corner }) else { return }
            var from = UnsafePointer(block)
            for _ in 0..<8 {
                var x = 0
                while x < 8 {
                    to[x] = Self.sample(from[x])
                    x &+= 1
                }
                to += width
                from += 8
            }
        }
        return true
    }

    private static func sample(_ value: Float) -> UInt8 { UInt8(min(255, max(0, value + 128.5))) }

    /// `cosines[8 x + u]` = c(u) / 2 · cos((2 x + 1) u π / 16)
    private static let cosines: [Float] = {
        // cos(k π / 16)
        let table: [Float] = [
            1, 0.980785280, 0.923879533, 0.831469612, 0.707106781, 0.555570233, 0.382683432, 0.195090322, 0,
        ]
        func cosine(_ k: Int) -> Float {
            switch k % 32 {
            case 0...8: table[k % 32]
            case 9...16: -table[16 - k % 32]
            case 17...24: -table[k % 32 - 16]
            default: table[32 - k % 32]
            }
        }
        return (0..<64).map { index in
            let (x, u) = (index / 8, index % 8)
            return u == 0 ? 0.353553391 : cosine((2 * x + 1) * u) / 2
        }
    }()

    /// The inverse cosine transform, rows first, then columns.
    private func transform(_ lastRow: Int) {
        var y = 0
        while y <= lastRow {
            let (row, to) = (block + y &* 8, half + y &* 8)
            var x = 0
            while x < 8 {
                let cosine = cosines + x &* 8
                var sum: Float = 0
                var u = 0
                while u < 8 {
                    sum += cosine[u] * row[u]
                    u &+= 1
                }
                to[x] = sum
                x &+= 1
            }
            y &+= 1
        }
        y = 0
        while y < 8 {
            let cosine = cosines + y &* 8
            var x = 0
            while x < 8 {
                var sum: Float = 0
                var v = 0
                while v <= lastRow {
                    sum += cosine[v] * half[v &* 8 &+ x]
                    v &+= 1
                }
                block[y &* 8 &+ x] = sum
                x &+= 1
            }
            y &+= 1
        }
    }

    // MARK: Pixels

    /// JFIF's luma and chroma to red, green and blue; missing chroma samples are repeated.
    private func pixels() -> [UInt8] {
        let columns = planes.map { plane in (0..<size.width).map { $0 * plane.component.across / most.across } }
        var pixels = [UInt8](repeating: 0, count: size.width * size.height * 3)
        pixels.withUnsafeMutableBufferPointer { pixels in
            guard var out = pixels.baseAddress else { return }
            for y in 0..<size.height {
                let rows = planes.map { plane in
                    plane.samples[(y * plane.component.down / most.down * plane.width)...].prefix(plane.width)
                }
                draw(rows, columns, into: out)
                out += size.width * 3
            }
        }
        return pixels
    }

    /// - Parameters:
    ///   - rows: of each plane.
    ///   - columns: of each plane, for each pixel the sample that it takes.
    private func draw(_ rows: [ArraySlice<UInt8>], _ columns: [[Int]], into row: UnsafeMutablePointer<UInt8>) {
        rows[0].withUnsafeBufferPointer { luma in
            guard rows.count == 3 else {
                for x in 0..<size.width { (row + x * 3).update(repeating: luma[x], count: 3) }
                return
            }
            rows[1].withUnsafeBufferPointer { blue in
                rows[2].withUnsafeBufferPointer { red in
                    columns[0].withUnsafeBufferPointer { lumaAt in
                        columns[1].withUnsafeBufferPointer { blueAt in
                            columns[2].withUnsafeBufferPointer { redAt in
                                var (x, out) = (0, row)
                                while x < size.width {
                                    let bright = Int32(luma[lumaAt[x]])
                                    let (cb, cr) = (Int32(blue[blueAt[x]]) &- 128, Int32(red[redAt[x]]) &- 128)
                                    out[0] = Self.byte(bright &+ (91881 &* cr) >> 16)
                                    out[1] = Self.byte(bright &- (22554 &* cb &+ 46802 &* cr) >> 16)
                                    out[2] = Self.byte(bright &+ (116130 &* cb) >> 16)
                                    out += 3
                                    x &+= 1
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static func byte(_ value: Int32) -> UInt8 { UInt8(min(255, max(0, value))) }
}
