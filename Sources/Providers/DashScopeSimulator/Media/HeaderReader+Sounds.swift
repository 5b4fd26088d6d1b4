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
        // Frame by frame, because the rate may change; the first one may hold a table and no sound.
        let first = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0]
        let second = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0]
        var seconds = 0.0
        var frames = 0
        while let head = big(at, 4), head >> 21 == 0x7FF, head >> 17 & 3 == 1 {
            let version = head >> 19 & 3  // 3 is MPEG 1, 2 is MPEG 2, 0 is MPEG 2.5
            let kilobits = (version == 3 ? first : second)[head >> 12 & 15]
            let rate = [44_100, 48_000, 32_000, 0][head >> 10 & 3] >> (version == 3 ? 0 : version == 2 ? 1 : 2)
            guard kilobits > 0, rate > 0, version != 1 else { break }
            let samples = version == 3 ? 1152 : 576
            let length = samples / 8 * kilobits * 1000 / rate + (head >> 9 & 1)
            let isTable = frames == 0 && (0..<64).contains { says("Xing", at: at + $0) || says("Info", at: at + $0) }
            if !isTable { seconds += Double(samples) / Double(rate) }
            frames += 1
            at += length
        }
        return frames > 0 ? seconds : nil
    }
}
