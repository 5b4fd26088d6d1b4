import CZlib

/// A PNG of a colour that fades, so that two pictures differ.
package enum PlainPicture {
    package static func png(width: Int, height: Int, tint: UInt8) -> [UInt8] {
        var rows: [UInt8] = []
        rows.reserveCapacity(height * (width * 3 + 1))
        for y in 0..<height {
            rows.append(0)
            let shade = UInt8(y * 255 / max(1, height - 1))
            for x in 0..<width { rows += [tint, shade, UInt8(x * 255 / max(1, width - 1))] }
        }
        var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        chunk("IHDR", big(width) + big(height) + [8, 2, 0, 0, 0], into: &bytes)
        chunk("IDAT", packed(rows), into: &bytes)
        chunk("IEND", [], into: &bytes)
        return bytes
    }

    private static func big(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(number >> (24 - 8 * $0) & 255) } }

    private static func chunk(_ name: String, _ data: [UInt8], into bytes: inout [UInt8]) {
        let body = Array(name.utf8) + data
        bytes += big(data.count) + body + big(Int(crc32(0, body, UInt32(body.count))))
    }

    private static func packed(_ rows: [UInt8]) -> [UInt8] {
        var length = compressBound(UInt(rows.count))
        var out = [UInt8](repeating: 0, count: Int(length))
        // It fails only where the buffer is too small, which `compressBound` rules out.
        _ = compress(&out, &length, rows, UInt(rows.count))
        return Array(out.prefix(Int(length)))
    }
}
