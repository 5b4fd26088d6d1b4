import CZlib

/// Reads an 8-bit PNG that is not interlaced: grey, colour or palette, with or without transparency, which is laid on white.
///
/// - Source: W3C PNG, third edition.
enum PNGReader {
    static func decode(_ bytes: [UInt8]) -> Raster? {
        var at = 8
        var header: [UInt8] = []
        var palette: [UInt8] = []
        var packed: [UInt8] = []
        while at + 12 <= bytes.count {
            let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            guard at + 12 + length <= bytes.count else { return nil }
            let name = String(decoding: bytes[at + 4..<at + 8], as: UTF8.self)
            let content = bytes[at + 8..<at + 8 + length]
            if name == "IHDR" { header = Array(content) }
            if name == "PLTE" { palette = Array(content) }
            if name == "IDAT" { packed += content }
            at += 12 + length
        }
        guard header.count == 13, header[8] == 8, header[12] == 0, let channels = channels(header[9]) else {
            return nil
        }
        func word(_ at: Int) -> Int { header[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        let size = FrameSize(word(0), word(4))
        guard size.width > 0, size.height > 0, size.width <= Raster.pixelsMax, size.height <= Raster.pixelsMax,
            size.width * size.height <= Raster.pixelsMax,
            let rows = inflate(packed, count: size.height * (size.width * channels + 1)),
            let plain = unfiltered(rows, rowBytes: size.width * channels, pixelBytes: channels)
        else { return nil }
        return colours(plain, header[9], channels, palette).map { Raster(size: size, pixels: $0) }
    }

    private static func channels(_ kind: UInt8) -> Int? {
        switch kind {
        case 0, 3: 1
        case 2: 3
        case 4: 2
        case 6: 4
        default: nil
        }
    }

    private static func inflate(_ packed: [UInt8], count: Int) -> [UInt8]? {
        var length = UInt(count)
        var rows = [UInt8](repeating: 0, count: count)
        guard uncompress(&rows, &length, packed, UInt(packed.count)) == Z_OK, Int(length) == count else { return nil }
        return rows
    }

    private static func unfiltered(_ rows: [UInt8], rowBytes: Int, pixelBytes: Int) -> [UInt8]? {
        let height = rows.count / (rowBytes + 1)
        var plain = [UInt8](repeating: 0, count: height * rowBytes)
        for y in 0..<height {
            let kind = rows[y * (rowBytes + 1)]
            guard kind <= 4 else { return nil }
            let (source, target) = (y * (rowBytes + 1) + 1, y * rowBytes)
            for x in 0..<rowBytes {
                let left = x >= pixelBytes ? plain[target + x - pixelBytes] : 0
                let above = y > 0 ? plain[target + x - rowBytes] : 0
                let corner = x >= pixelBytes && y > 0 ? plain[target + x - rowBytes - pixelBytes] : 0
                let guess: UInt8 =
                    switch kind {
                    case 1: left
                    case 2: above
                    case 3: UInt8((Int(left) + Int(above)) / 2)
                    case 4: nearest(Int(left), Int(above), Int(corner))
                    default: 0
                    }
                plain[target + x] = rows[source + x] &+ guess
            }
        }
        return plain
    }

    /// Paeth's predictor.
    private static func nearest(_ left: Int, _ above: Int, _ corner: Int) -> UInt8 {
        let guess = left + above - corner
        let (a, b, c) = (abs(guess - left), abs(guess - above), abs(guess - corner))
        return UInt8(a <= b && a <= c ? left : b <= c ? above : corner)
    }

    private static func colours(_ plain: [UInt8], _ kind: UInt8, _ channels: Int, _ palette: [UInt8]) -> [UInt8]? {
        if kind == 2 { return plain }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(plain.count / channels * 3)
        for at in stride(from: 0, to: plain.count, by: channels) {
            if kind == 3 {
                let place = Int(plain[at]) * 3
                guard place + 3 <= palette.count else { return nil }
                pixels += palette[place..<place + 3]
                continue
            }
            let alpha = channels == 2 ? Int(plain[at + 1]) : channels == 4 ? Int(plain[at + 3]) : 255
            for channel in 0..<3 {
                let value = Int(plain[at + (channels >= 3 ? channel : 0)])
                pixels.append(UInt8((value * alpha + 255 * (255 - alpha)) / 255))
            }
        }
        return pixels
    }
}
