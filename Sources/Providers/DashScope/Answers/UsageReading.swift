import ProviderSupport
import RenderCore

/// What `usage` tells of an end, by whichever of its words stands there.
///
/// Every model has words of its own, and those that a model does not use are 0 or empty where they are not left out. What makes no
/// sense as a figure is taken for not said.
///
/// | fact | words |
/// | --- | --- |
/// | pictures | `image_count`, `output_image_count` |
/// | input pictures | `input_image_count` |
/// | size of a film | `SR` (720, "720", "720P"), `size`, `width` and `height` |
/// | size of a picture | `SR` ("2K"), `width` and `height`, `output_width` and `output_height`, `size` |
/// | billed seconds, also in parts | `duration`, `video_duration` |
extension Quote.Usage {
    init(_ usage: JSONValue?, per unit: Price.Unit) {
        func count(_ keys: String...) -> Int? {
            // More than any model makes or takes at once is no count, and nought may be a word that the model does not use.
            let figures = keys.compactMap { usage?[$0]?.lenientInt }.filter { (0...1000).contains($0) }
            return figures.first { $0 > 0 } ?? figures.first
        }
        func sides(_ width: String, _ height: String) -> PixelSize? {
            guard let width = usage?[width]?.lenientInt, let height = usage?[height]?.lenientInt else { return nil }
            return PixelSize(width: width, height: height)
        }
        let size = usage?["size"]?.filledText.flatMap { text -> PixelSize? in
            let sides = text.split { "*xX".contains($0) }.map { Int($0) }
            guard sides.count == 2, let width = sides[0], let height = sides[1] else { return nil }
            return PixelSize(width: width, height: height)
        }
        let sizes: [PixelSize?] =
            switch unit {
            case .picture: [sides("width", "height"), sides("output_width", "output_height"), size]
            case .second: [size, sides("width", "height")]
            }
        let area = sizes.lazy.compactMap { size in size.flatMap { Self.isReal($0) ? $0.area : nil } }.first
        let seconds = ["duration", "video_duration"].lazy.compactMap { usage?[$0]?.lenientDouble }
            .first { $0 > 0 && $0 <= 86_400 }
        // The class of a film is what is billed; its sides are only about as large.
        let resolution =
            switch unit {
            case .second: Self.resolution(usage?["SR"])
            case .picture: usage?["SR"]?.filledText.flatMap { ResolutionClass(named: $0) }
            }
        self.init(
            pictures: count("image_count", "output_image_count"), inputPictures: count("input_image_count"),
            area: resolution?.area ?? area, seconds: seconds)
    }

    private static func isReal(_ size: PixelSize) -> Bool {
        (1...100_000).contains(size.width) && (1...100_000).contains(size.height)
    }

    private static func resolution(_ lines: JSONValue?) -> ResolutionClass? {
        lines?.string.flatMap { ResolutionClass(named: $0) } ?? lines?.lenientInt.flatMap { ResolutionClass("\($0)P") }
    }
}
