/// Standard base64 with padding, block by block.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Encodes a block. Blocks may be joined where every one but the last has a length that 3 divides.
    static func encode(_ block: UnsafeRawBufferPointer) -> [UInt8] {
        let length = (block.count + 2) / 3 * 4
        return [UInt8](unsafeUninitializedCapacity: length) { output, count in
            alphabet.withUnsafeBufferPointer { letters in
                var read = 0
                var written = 0
                while read + 2 < block.count {
                    let bits = UInt32(block[read]) << 16 | UInt32(block[read + 1]) << 8 | UInt32(block[read + 2])
                    output[written] = letters[Int(bits >> 18)]
                    output[written + 1] = letters[Int(bits >> 12 & 63)]
                    output[written + 2] = letters[Int(bits >> 6 & 63)]
                    output[written + 3] = letters[Int(bits & 63)]
                    read += 3
                    written += 4
                }
                let left = block.count - read
                if left > 0 {
                    let bits = UInt32(block[read]) << 16 | (left == 2 ? UInt32(block[read + 1]) << 8 : 0)
                    output[written] = letters[Int(bits >> 18)]
                    output[written + 1] = letters[Int(bits >> 12 & 63)]
                    output[written + 2] = left == 2 ? letters[Int(bits >> 6 & 63)] : UInt8(ascii: "=")
                    output[written + 3] = UInt8(ascii: "=")
                }
            }
            count = length
        }
    }
}
