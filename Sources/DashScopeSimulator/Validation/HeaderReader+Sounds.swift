extension HeaderReader {
    /// Seconds of a WAV file: its data by its bytes a second.
    func wav() -> Double? {
        var at = 12
        var rate: Int?
        while let size = little(at + 4, 4) {
            if says("fmt ", at: at) { rate = little(at + 16, 4) }
            if says("data", at: at), let rate, rate > 0 {
                // Writers that could not go back leave the length open.
                let bytes = min(size, self.bytes.count - at - 8)
                return Double(bytes) / Double(rate)
            }
            at += 8 + size + size % 2
        }
        return nil
    }

    /// Seconds of an MP3 file with the bit rate of its first frame.
    func mp3() -> Double? {
        var at = 0
        if says("ID3") {
            // Four bytes of seven bits each.
            guard let size = big(6, 4) else { return nil }
            at = 10 + (size & 0x7F | size >> 1 & 0x3F80 | size >> 2 & 0x1F_C000 | size >> 3 & 0xFE0_0000)
        }
        guard let head = big(at, 4), head >> 21 == 0x7FF, head >> 17 & 3 == 1 else { return nil }
        let first = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0]
        let second = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0]
        let kilobits = (head >> 19 & 3 == 3 ? first : second)[head >> 12 & 15]
        guard kilobits > 0 else { return nil }
        return Double(bytes.count - at) / Double(kilobits * 125)
    }
}
