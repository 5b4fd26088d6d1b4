import Glibc

/// Smooth noise in one dimension, repeatable from its seed.
struct Noise {
    private let values: [Double]

    init(_ random: inout RandomSource) { values = (0..<256).map { _ in random.unit() } }

    /// 0...1.
    func at(_ x: Double) -> Double {
        let cell = x.rounded(.down)
        let index = Int(cell) & 255
        let t = x - cell
        let smooth = t * t * (3 - 2 * t)
        return values[index] + (values[(index + 1) & 255] - values[index]) * smooth
    }

    /// Several octaves, 0...1; `sharp` folds them into crests.
    func octaves(_ x: Double, _ count: Int, roughness: Double, sharp: Bool) -> Double {
        var (sum, weight, total, scale) = (0.0, 1.0, 0.0, 1.0)
        for octave in 0..<count {
            let value = at(x * scale + Double(octave) * 37.7)
            sum += weight * (sharp ? 1 - abs(2 * value - 1) : value)
            total += weight
            weight *= roughness
            scale *= 2
        }
        return sum / total
    }
}

/// The land: ridges from far to near, as heights by column, and how each is coloured.
struct Terrain {
    struct Ridge {
        var colour: Colour
        /// Colour of the mist that gathers at the foot.
        var mist: Colour
        /// Row where the mist is thickest.
        var foot: Double
        var crest: Double
    }

    let ridges: [Ridge]
    /// Row of the crest in 1/256 pixel, `ridge * width + x`.
    let heights: [Int32]

    /// - Parameter bottom: where the calm band begins; the last ridge is that band.
    init(_ size: FrameSize, palette: Palette, bottom: Int, random: inout RandomSource) {
        let (width, height) = (Double(size.width), Double(bottom))
        let count = 4 + Int(random.next() % 3)
        let sharp = random.unit() < 0.55
        let horizon = random.between(0.44, 0.58)
        let unit = max(width, height)
        var ridges: [Ridge] = []
        var heights = [Int32](repeating: 0, count: (count + 1) * size.width)
        for index in 0..<count {
            let depth = Double(index) / Double(max(1, count - 1))
            let noise = Noise(&random)
            let base = height * (horizon + (0.97 - horizon) * pow(depth, 1.25))
            let swing = unit * (sharp ? 0.20 - 0.10 * depth : 0.10 - 0.02 * depth)
            let frequency = (sharp ? 3.2 : 1.6) - depth * (sharp ? 0.6 : 0.4)
            let shift = random.between(0, 200)
            for x in 0..<size.width {
                let at = shift + Double(x) / unit * frequency
                let value = noise.octaves(at, sharp ? 6 : 3, roughness: sharp ? 0.46 : 0.32, sharp: sharp)
                let row = max(0, base - swing * (value - 0.35))
                heights[index * size.width + x] = Int32(row * 256)
            }
            let colour = palette.far.mixed(with: palette.near, pow(depth, 0.9))
            ridges.append(
                Ridge(
                    colour: colour, mist: colour.mixed(with: palette.horizon, 0.62 - 0.5 * depth),
                    foot: base + height * 0.10, crest: base - swing * 0.6))
        }
        let dark = palette.near.mixed(with: Colour(0, 0, 0), 0.25)
        for x in 0..<size.width { heights[count * size.width + x] = Int32(bottom * 256) }
        // The nearest ridge runs into the band without an edge.
        ridges[count - 1].mist = dark
        ridges[count - 1].foot = height
        ridges.append(Ridge(colour: dark, mist: dark, foot: height + 1, crest: height))
        self.ridges = ridges
        self.heights = heights
    }

    func colour(_ ridge: Int, row: Int) -> Colour {
        let ridge = ridges[ridge]
        let t = min(1, max(0, (Double(row) - ridge.crest) / max(1, ridge.foot - ridge.crest)))
        return ridge.colour.mixed(with: ridge.mist, t * t * (3 - 2 * t))
    }
}
