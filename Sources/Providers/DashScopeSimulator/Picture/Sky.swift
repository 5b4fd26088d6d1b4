import Glibc

/// The sky: a coarse grid of colours, spread smoothly over the picture, and a disc that is drawn sharply.
struct Sky {
    private let cell: Int
    private let columns: Int
    private let rows: Int
    /// Fixed point, 1/65536, `(row * columns + column) * 3 + channel`.
    private let grid: [Int32]
    private let light: Colour
    private let centre: (x: Double, y: Double)
    private let radius: Double
    private var stars: [Int: [(x: Int, colour: Colour)]] = [:]

    init(_ size: FrameSize, palette: Palette, bottom: Int, random: inout RandomSource) {
        let unit = Double(min(size.width, bottom))
        centre = (Double(size.width) * random.between(0.2, 0.8), Double(bottom) * random.between(0.2, 0.44))
        radius = unit * random.between(0.045, 0.1)
        light = palette.light
        // About a quarter of a million grid points at most would be slow; 8 pixels look smooth.
        cell = max(8, max(size.width, size.height) / 256)
        columns = size.width / cell + 2
        rows = size.height / cell + 2
        let clouds = Noise(&random)
        let drift = Noise(&random)
        let cloudiness = random.between(0.15, 0.5)
        var grid = [Int32](repeating: 0, count: columns * rows * 3)
        let glow = unit * random.between(0.5, 0.8)
        for row in 0..<rows {
            let y = Double(row * cell)
            let t = min(1, y / Double(bottom) / 0.62)
            let base =
                t < 0.5
                ? palette.top.mixed(with: palette.middle, t * 2)
                : palette.middle.mixed(with: palette.horizon, t * 2 - 1)
            let band = drift.octaves(y / unit * 9, 3, roughness: 0.5, sharp: false)
            for column in 0..<columns {
                let x = Double(column * cell)
                let distance = hypot(x - centre.x, y - centre.y) / glow
                let halo = exp(-distance * distance * 3.2)
                let wisp = clouds.at(x / unit * 2.1 + band * 5 + y / unit * 0.7) * band
                let cloud = max(0, wisp - 0.3) * cloudiness * 2 * (0.3 + 0.7 * t)
                let colour = base.mixed(with: palette.light, min(0.9, halo * 0.62 + cloud))
                let at = (row * columns + column) * 3
                grid[at] = Int32(colour.red * 65536)
                grid[at + 1] = Int32(colour.green * 65536)
                grid[at + 2] = Int32(colour.blue * 65536)
            }
        }
        self.grid = grid
        guard palette.hasStars else { return }
        for _ in 0..<Int(unit / 6) {
            let y = Int(Double(bottom) * 0.5 * random.unit() * random.unit())
            let x = Int(random.between(0, Double(size.width - 2)))
            stars[y, default: []].append((x, palette.light))
        }
    }

    /// Fills one row of the picture.
    func draw(row y: Int, width: Int, into out: UnsafeMutablePointer<UInt8>) {
        let gridRow = y / cell
        let part = Int32(y % cell)
        let step = Int32(cell)
        grid.withUnsafeBufferPointer { grid in
            guard let grid = grid.baseAddress else { return }
            let upper = grid + gridRow * columns * 3
            let lower = upper + columns * 3
            var channel = 0
            while channel < 3 {
                var column = 0
                var x = 0
                var left = upper[channel] &+ (lower[channel] &- upper[channel]) / step &* part
                while x < width {
                    let next = (column + 1) * 3 + channel
                    let right = upper[next] &+ (lower[next] &- upper[next]) / step &* part
                    let slope = (right &- left) / step
                    var value = left &+ 32768
                    let end = min(width, x &+ cell)
                    var at = out + (x &* 3 &+ channel)
                    while x < end {
                        at.pointee = UInt8(truncatingIfNeeded: value >> 16)
                        at += 3
                        value = value &+ slope
                        x &+= 1
                    }
                    left = right
                    column &+= 1
                }
                channel &+= 1
            }
        }
        drawStars(y, out)
        drawDisc(y, width, out)
    }

    private func drawStars(_ y: Int, _ out: UnsafeMutablePointer<UInt8>) {
        for star in stars[y] ?? [] { Pixel.blend(star.colour, 0.8, out + star.x * 3) }
    }

    private func drawDisc(_ y: Int, _ width: Int, _ out: UnsafeMutablePointer<UInt8>) {
        let rise = Double(y) + 0.5 - centre.y
        guard abs(rise) < radius + 1 else { return }
        let half = max(0, (radius + 1) * (radius + 1) - rise * rise).squareRoot()
        let from = max(0, Int(centre.x - half))
        let to = min(width - 1, Int(centre.x + half) + 1)
        guard from <= to else { return }
        for x in from...to {
            let distance = hypot(Double(x) + 0.5 - centre.x, rise)
            let cover = min(1, max(0, radius + 0.5 - distance))
            if cover > 0 { Pixel.blend(light, cover * 0.94, out + x * 3) }
        }
    }
}

enum Pixel {
    static func blend(_ colour: Colour, _ share: Double, _ at: UnsafeMutablePointer<UInt8>) {
        let old = Colour(Double(at[0]), Double(at[1]), Double(at[2]))
        (at[0], at[1], at[2]) = old.mixed(with: colour, share).bytes
    }
}
