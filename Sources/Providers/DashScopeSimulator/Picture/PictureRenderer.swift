/// Draws a landscape, or the photo that an edit was given, with the prompt on a calm band below it, as a PNG of exactly the size asked
/// for.
///
/// Rows are made one at a time and most pixels are copied in blocks, so that a 2048 x 2048 picture takes well under a
/// second even without the optimiser.
struct PictureRenderer {
    private static let block = 32

    private let spec: PictureSpec
    private let palette: Palette
    private let sky: Sky
    private let terrain: Terrain
    private let cards: [ReferenceCard]
    /// Instead of sky and land.
    private let scene: PhotoScene?
    private var text = TextBlock()
    private var caption = TextBlock()

    /// The bytes of the file. Equal specs give equal bytes.
    ///
    /// - Parameter photo: `spec.photo`, decoded; nil where there is none, or none that can be decoded.
    static func render(_ spec: PictureSpec, photo: Raster? = nil) -> [UInt8] { PictureRenderer(spec, photo).draw() }

    private init(_ spec: PictureSpec, _ photo: Raster?) {
        self.spec = spec
        let fingerprints = spec.references.map { String($0.fingerprint) }.joined(separator: ",")
        var random = RandomSource(
            seed: Checksum.number("\(spec.prompt)|\(spec.model)|\(spec.seed)|\(spec.index)|\(fingerprints)"))
        palette = Palette.pick(&random)
        let size = spec.size
        let layout = Self.layout(spec)
        scene = photo.map { [palette] in PhotoScene($0, size, palette: palette, bottom: layout.bottom) }
        sky = Sky(size, palette: palette, bottom: layout.bottom, random: &random)
        terrain = Terrain(size, palette: palette, bottom: layout.bottom, random: &random)

        let margin = layout.margin
        var y = layout.bottom + layout.lineStep / 3
        for line in layout.lines {
            text.add(line, x: margin, y: y, scale: layout.scale)
            y += layout.lineStep
        }
        let small = max(1, layout.scale / 2)
        let fits = max(4, (size.width - 2 * margin) / (BitmapFont.advance * small))
        let made = BitmapFont.transliterated(spec.caption)
        caption.add(String(made.prefix(fits)), x: margin, y: y + small * 2, scale: small)
        if let mark = spec.watermark {
            let wide = mark.count * BitmapFont.advance * small
            caption.add(mark, x: max(0, size.width - wide - margin), y: layout.bottom - 14 * small, scale: small)
        }
        var cards: [ReferenceCard] = []
        // The photo itself needs no card.
        for image in spec.references where scene == nil || image.photo != spec.photo {
            let card = ReferenceCard(
                image, left: cards.last.map { $0.right + margin / 2 } ?? margin, top: margin,
                longSide: max(24, min(size.width, size.height) / 5))
            cards.append(card)
        }
        self.cards = cards
    }

    private struct Layout {
        var lines: [String]
        var scale: Int
        var margin: Int
        var lineStep: Int
        var bottom: Int
    }

    private static func layout(_ spec: PictureSpec) -> Layout {
        let size = spec.size
        let wanted = min(size.width, size.height * 2) / 300
        // Scales that are products of 2 and 3 keep rounded corners.
        let scale = [12, 9, 8, 6, 4, 3, 2].first { $0 <= wanted } ?? 1
        let margin = max(2, size.width / 32)
        let columns = max(4, (size.width - 2 * margin) / (BitmapFont.advance * scale))
        let lineStep = BitmapFont.lineHeight * scale
        let lines = TextBlock.wrap(
            BitmapFont.transliterated(spec.prompt), columns: columns,
            linesMax: max(1, min(3, size.height / 5 / lineStep)))
        let band = lines.count * lineStep + BitmapFont.lineHeight * scale
        return Layout(
            lines: lines, scale: scale, margin: margin, lineStep: lineStep,
            bottom: max(size.height / 3, size.height - band))
    }

    private func draw() -> [UInt8] {
        let (width, height) = (spec.size.width, spec.size.height)
        let writer = PNGWriter(spec.size, hasAlpha: spec.isTransparent)
        let cutout = spec.isTransparent ? Cutout(terrain, cards, width: width) : nil
        let row = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: (width * 3 + 7) / 8 * 8)
        row.initialize(repeating: 0)
        defer { row.deallocate() }
        guard let out = row.baseAddress else { return [] }
        let extents = Extents(terrain, width: width, block: Self.block)
        let light = palette.light.bytes
        let faint = palette.light.mixed(with: palette.near, 0.42).bytes
        let solid = UnsafeMutablePointer<UInt8>.allocate(capacity: terrain.ridges.count * Self.block * 3)
        solid.initialize(repeating: 0, count: terrain.ridges.count * Self.block * 3)
        defer { solid.deallocate() }

        for y in 0..<height {
            if let scene {
                scene.draw(row: y, into: out)
                drawMarks(row: y, light, faint, width, out)
                writer.add(row)
                continue
            }
            let colours = terrain.ridges.indices.map { terrain.colour($0, row: y) }
            for (ridge, colour) in colours.enumerated() {
                Self.fill(solid + ridge * Self.block * 3, Self.block, colour.bytes)
            }
            if y <= extents.skyEnd { sky.draw(row: y, width: width, into: out) }
            drawLand(y, width, colours, extents, solid, out)
            drawMarks(row: y, light, faint, width, out)
            if let cutout {
                writer.add(cutout.row(y, colours: out))
            } else {
                writer.add(row)
            }
        }
        return writer.finish()
    }

    /// Cards and words.
    private func drawMarks(
        row y: Int, _ light: (UInt8, UInt8, UInt8), _ faint: (UInt8, UInt8, UInt8), _ width: Int,
        _ out: UnsafeMutablePointer<UInt8>
    ) {
        for card in cards { card.draw(row: y, width: width, into: out) }
        for run in text.runs[y] ?? [] { Self.fill(run, light, width, out) }
        for run in caption.runs[y] ?? [] { Self.fill(run, faint, width, out) }
    }

    /// Copies whole blocks where one ridge covers them; looks at each pixel only where a crest passes.
    private func drawLand(
        _ y: Int, _ width: Int, _ colours: [Colour], _ extents: Extents, _ solid: UnsafeMutablePointer<UInt8>,
        _ out: UnsafeMutablePointer<UInt8>
    ) {
        let count = terrain.ridges.count
        terrain.heights.withUnsafeBufferPointer { heights in
            for block in 0..<extents.blocks {
                var covered = -1
                var crossing = false
                var ridge = 0
                while ridge < count {
                    let at = ridge &* extents.blocks &+ block
                    if extents.lowest[at] <= y {
                        covered = ridge
                        crossing = false
                    } else if extents.highest[at] <= y {
                        crossing = true
                    }
                    ridge &+= 1
                }
                let start = block &* Self.block
                let length = min(Self.block, width &- start)
                if covered >= 0 {
                    (out + start &* 3).update(from: solid + covered &* Self.block &* 3, count: length &* 3)
                }
                guard crossing else { continue }
                var x = start
                while x < start &+ length {
                    var ridge = covered &+ 1
                    while ridge < count {
                        let crest = heights[ridge &* width &+ x]
                        let over = Int32(truncatingIfNeeded: y &+ 1) &* 256 &- crest
                        if over >= 256 {
                            let from = solid + ridge &* Self.block &* 3
                            let at = out + x &* 3
                            at[0] = from[0]
                            at[1] = from[1]
                            at[2] = from[2]
                        } else if over > 0 {
                            Pixel.blend(colours[ridge], Double(over) / 256, out + x &* 3)
                        }
                        ridge &+= 1
                    }
                    x &+= 1
                }
            }
        }
    }

    private static func fill(_ at: UnsafeMutablePointer<UInt8>, _ pixels: Int, _ colour: (UInt8, UInt8, UInt8)) {
        var index = 0
        while index < pixels {
            at[index &* 3] = colour.0
            at[index &* 3 &+ 1] = colour.1
            at[index &* 3 &+ 2] = colour.2
            index &+= 1
        }
    }

    private static func fill(
        _ run: TextBlock.Run, _ colour: (UInt8, UInt8, UInt8), _ width: Int, _ out: UnsafeMutablePointer<UInt8>
    ) {
        let (start, end) = (max(0, run.start), min(width, run.end))
        guard start < end else { return }
        fill(out + start * 3, end - start, colour)
    }

    /// By ridge and block of columns: the first row that any column reaches, and the first that all have.
    private struct Extents {
        let blocks: Int
        let highest: [Int]
        let lowest: [Int]
        /// Last row in which any sky shows.
        let skyEnd: Int

        init(_ terrain: Terrain, width: Int, block: Int) {
            let blocks = (width + block - 1) / block
            var (highest, lowest): ([Int], [Int]) = ([], [])
            for ridge in terrain.ridges.indices {
                for index in 0..<blocks {
                    let columns = index * block..<min(width, (index + 1) * block)
                    let heights = terrain.heights[
                        columns.lowerBound + ridge * width..<columns.upperBound + ridge * width]
                    highest.append(Int((heights.min() ?? 0) / 256))
                    lowest.append(Int(((heights.max() ?? 0) + 255) / 256))
                }
            }
            let last = terrain.ridges.count - 1
            var end = 0
            for index in 0..<blocks {
                let first = (0...last).map { lowest[$0 * blocks + index] }.min() ?? 0
                end = max(end, first)
            }
            (self.blocks, self.highest, self.lowest, skyEnd) = (blocks, highest, lowest, end)
        }
    }
}
