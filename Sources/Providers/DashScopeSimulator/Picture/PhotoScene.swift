/// An edit's picture: the photo that was given, tinted, in a frame, with a calm band for the words below it.
struct PhotoScene {
    private let raster: Raster
    private let size: FrameSize
    private let border: Int
    private let bottom: Int
    private let frame: (UInt8, UInt8, UInt8)
    /// For each column the photo's byte.
    private let columns: [Int]
    private let firstRow: Double
    private let scale: Double
    /// 256 values for each channel: of the photo, and below it of the band.
    private let tints: (photo: [UInt8], band: [UInt8])

    /// - Parameter bottom: the first row of the band.
    init(_ raster: Raster, _ size: FrameSize, palette: Palette, bottom: Int) {
        self.raster = raster
        self.size = size
        self.bottom = bottom
        border = max(4, min(size.width, size.height) / 40)
        frame = palette.light.bytes
        // The photo covers the picture; what is too much is cut off evenly.
        let scale = min(
            Double(raster.size.width) / Double(size.width), Double(raster.size.height) / Double(size.height))
        let left = (Double(raster.size.width) - Double(size.width) * scale) / 2
        columns = (0..<size.width).map { x in
            min(raster.size.width - 1, max(0, Int(left + (Double(x) + 0.5) * scale))) * 3
        }
        firstRow = (Double(raster.size.height) - Double(size.height) * scale) / 2
        self.scale = scale
        let shades = [palette.near, palette.middle, palette.light]
        tints = (Self.tint(shades, 0.3), Self.tint([palette.near, palette.near, palette.far], 0.8))
    }

    /// Each value on its way from the first shade (black) through the second (grey) to the third (white).
    private static func tint(_ shades: [Colour], _ share: Double) -> [UInt8] {
        var values: [UInt8] = []
        for channel in [\Colour.red, \.green, \.blue] {
            for value in 0..<256 {
                let t = Double(value) / 255
                let shade =
                    t < 0.5 ? shades[0].mixed(with: shades[1], t * 2) : shades[1].mixed(with: shades[2], t * 2 - 1)
                let mixed = Double(value) * (1 - share) + shade[keyPath: channel] * share
                // Fewer values make smaller files.
                values.append(UInt8(min(255, max(0, mixed))) & 0xFC)
            }
        }
        return values
    }

    func draw(row y: Int, into out: UnsafeMutablePointer<UInt8>) {
        let width = size.width
        guard y >= border, width > 2 * border else { return fill(out, width) }
        // The band has no frame: words stand up to its lower edge.
        let border = y < bottom ? border : 0
        let line = min(raster.size.height - 1, max(0, Int(firstRow + (Double(y) + 0.5) * scale)))
        raster.pixels.withUnsafeBufferPointer { pixels in
            columns.withUnsafeBufferPointer { columns in
                (y < bottom ? tints.photo : tints.band).withUnsafeBufferPointer { tint in
                    guard let photo = pixels.baseAddress, let columns = columns.baseAddress, let tint = tint.baseAddress
                    else { return }
                    let row = photo + line &* raster.size.width &* 3
                    var x = border
                    var to = out + border &* 3
                    while x < width &- border {
                        let from = row + columns[x]
                        to[0] = tint[Int(from[0])]
                        to[1] = tint[256 &+ Int(from[1])]
                        to[2] = tint[512 &+ Int(from[2])]
                        to += 3
                        x &+= 1
                    }
                }
            }
        }
        fill(out, border)
        fill(out + (width - border) * 3, border)
    }

    private func fill(_ out: UnsafeMutablePointer<UInt8>, _ pixels: Int) {
        for x in 0..<pixels { (out[x * 3], out[x * 3 + 1], out[x * 3 + 2]) = frame }
    }
}
