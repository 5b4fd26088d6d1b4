import RenderCore

enum PictureFuzz {
    static func check(_ bytes: [UInt8]) throws(Broken) {
        // A file that is still being written shows its beginning only.
        for part in [bytes, Array(bytes.prefix(bytes.count / 2)), Array(bytes.prefix(30))] {
            guard let probe = ImageProbe(part) else { continue }
            for side in [probe.width, probe.height, probe.shown?.width, probe.shown?.height].compactMap({ $0 }) {
                try require((0...(1 << 32)).contains(side), "a side of \(side) pixels")
            }
            try require((1...8).contains(probe.orientation ?? 1), "orientation \(probe.orientation ?? 0)")
            try require(!probe.format.mediaType.isEmpty && !probe.format.fileExtension.isEmpty, "a format has names")
        }
        for format in ImageProbe.Format.allCases { _ = format.isCut(tail: bytes) }
        try require(
            ImageProbe.Format.png.isCut(tail: bytes) || bytes.suffix(12).starts(with: [0, 0, 0, 0]),
            "a PNG that is whole ends with its last chunk")
    }
}
