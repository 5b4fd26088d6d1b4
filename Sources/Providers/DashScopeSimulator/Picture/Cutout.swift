/// Rows with an alpha channel: what land or a card covers is opaque, the sky is not there.
///
/// Owns the memory of one row, freed in `deinit`.
final class Cutout {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    /// By column: the first row that land covers whole.
    private let crest: [Int]
    private let cards: [ReferenceCard]

    init(_ terrain: Terrain, _ cards: [ReferenceCard], width: Int) {
        self.cards = cards
        var crest = [Int](repeating: .max, count: width)
        for ridge in terrain.ridges.indices {
            for x in 0..<width {
                crest[x] = min(crest[x], Int((terrain.heights[ridge * width + x] + 255) / 256))
            }
        }
        self.crest = crest
        // Whole words, as the writer wants them.
        buffer = .allocate(capacity: (width * 4 + 7) / 8 * 8)
        buffer.initialize(repeating: 0)
    }

    deinit { buffer.deallocate() }

    /// The row with these colours, three bytes a pixel. Holds until the next call.
    func row(_ y: Int, colours: UnsafePointer<UInt8>) -> UnsafeMutableBufferPointer<UInt8> {
        guard let out = buffer.baseAddress else { return buffer }
        crest.withUnsafeBufferPointer { crest in
            var x = 0
            while x < crest.count {
                if y >= crest[x] {
                    Self.copy(colours + x &* 3, to: out + x &* 4)
                } else {
                    (out + x &* 4).update(repeating: 0, count: 4)
                }
                x &+= 1
            }
        }
        for card in cards where card.rows.contains(y) && card.right <= crest.count {
            for x in card.columns { Self.copy(colours + x * 3, to: out + x * 4) }
        }
        return buffer
    }

    private static func copy(_ from: UnsafePointer<UInt8>, to pixel: UnsafeMutablePointer<UInt8>) {
        pixel.update(from: from, count: 3)
        pixel[3] = 255
    }
}
