/// Red, green and blue, each 0...255.
struct Colour: Sendable, Equatable {
    var red: Double
    var green: Double
    var blue: Double

    init(_ red: Double, _ green: Double, _ blue: Double) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    func mixed(with other: Colour, _ share: Double) -> Colour {
        let share = min(1, max(0, share))
        return Colour(
            red + (other.red - red) * share, green + (other.green - green) * share, blue + (other.blue - blue) * share)
    }

    var bytes: (UInt8, UInt8, UInt8) { (Self.byte(red), Self.byte(green), Self.byte(blue)) }

    private static func byte(_ value: Double) -> UInt8 { UInt8(min(255, max(0, value.rounded()))) }

    /// Hue 0..<1, saturation and value 0...1.
    static func hue(_ hue: Double, _ saturation: Double, _ value: Double) -> Colour {
        let six = (hue - hue.rounded(.down)) * 6
        func part(_ shift: Double) -> Double {
            let at = (six + shift).truncatingRemainder(dividingBy: 6)
            return 255 * value * (1 - saturation * max(0, min(at, 4 - at, 1)))
        }
        return Colour(part(5), part(3), part(1))
    }
}

/// Colours that go together: a sky, its light, and land from far to near.
struct Palette: Sendable {
    var top: Colour
    var middle: Colour
    var horizon: Colour
    var light: Colour
    var far: Colour
    var near: Colour
    var hasStars = false

    static func pick(_ random: inout RandomSource) -> Palette {
        var palette = all[Int(random.next() % UInt64(all.count))]
        // A little of one common tint keeps pictures of the same palette apart without breaking its harmony.
        let tint = Colour.hue(random.unit(), 0.45, 0.8)
        let share = random.between(0.02, 0.14)
        palette.top = palette.top.mixed(with: tint, share)
        palette.middle = palette.middle.mixed(with: tint, share)
        palette.far = palette.far.mixed(with: tint, share)
        palette.near = palette.near.mixed(with: tint, share / 2)
        return palette
    }

    private static let all = [
        Palette(
            top: Colour(62, 72, 124), middle: Colour(205, 126, 138), horizon: Colour(255, 208, 164),
            light: Colour(255, 241, 214), far: Colour(190, 126, 142), near: Colour(38, 30, 60)),
        Palette(
            top: Colour(64, 128, 160), middle: Colour(158, 206, 208), horizon: Colour(252, 236, 208),
            light: Colour(255, 251, 232), far: Colour(132, 176, 180), near: Colour(14, 50, 64)),
        Palette(
            top: Colour(92, 148, 190), middle: Colour(222, 206, 184), horizon: Colour(252, 226, 178),
            light: Colour(255, 246, 220), far: Colour(226, 176, 124), near: Colour(96, 44, 34)),
        Palette(
            top: Colour(14, 16, 46), middle: Colour(48, 44, 102), horizon: Colour(146, 96, 154),
            light: Colour(246, 240, 250), far: Colour(88, 70, 136), near: Colour(12, 12, 32), hasStars: true),
        Palette(
            top: Colour(142, 176, 180), middle: Colour(200, 216, 202), horizon: Colour(242, 242, 222),
            light: Colour(255, 254, 240), far: Colour(150, 180, 160), near: Colour(20, 48, 42)),
        Palette(
            top: Colour(214, 128, 120), middle: Colour(244, 176, 142), horizon: Colour(255, 226, 186),
            light: Colour(255, 250, 228), far: Colour(208, 120, 118), near: Colour(66, 24, 50)),
        Palette(
            top: Colour(12, 34, 70), middle: Colour(52, 116, 150), horizon: Colour(186, 222, 214),
            light: Colour(240, 252, 246), far: Colour(98, 146, 172), near: Colour(10, 28, 50), hasStars: true),
        Palette(
            top: Colour(120, 104, 168), middle: Colour(220, 164, 190), horizon: Colour(255, 220, 206),
            light: Colour(255, 244, 236), far: Colour(176, 132, 176), near: Colour(44, 32, 74)),
    ]
}
