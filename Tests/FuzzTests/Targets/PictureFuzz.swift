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
        if let probe = MediaProbe(MediaSample(bytes)), probe.format == "png", !probe.isCut {
            try require(bytes.firstRange(of: Array("IEND".utf8)) != nil, "a PNG that is whole has its last chunk")
        }
        try checkMedia(bytes)
        try checkPlaces(bytes)
    }

    /// Between its ends a file is read where its reader looks; also one that is as long as it can claim to be, sparse, or out of reach.
    private static func checkPlaces(_ bytes: [UInt8]) throws(Broken) {
        let ends = (Array(bytes.prefix(64)), Array(bytes.suffix(64)))
        for (length, isReadable) in [(bytes.count, true), (bytes.count, false), (1 << 33, true), (Int.max, true)] {
            var reads = 0
            let sample = MediaSample(head: ends.0, tail: ends.1, bytes: length, endsInHole: !isReadable) {
                offset, count in
                reads += 1
                guard isReadable else { return nil }
                guard offset < bytes.count else { return [UInt8](repeating: 0, count: count) }
                return Array(bytes[offset..<min(bytes.count, offset + count)])
            }
            _ = MediaProbe(sample)
            try require(reads <= 1100, "a file is read within its budget: \(reads) times")
        }
        let read = MediaSample(head: ends.0, tail: ends.1, bytes: bytes.count) { offset, count in
            offset < bytes.count ? Array(bytes[offset..<min(bytes.count, offset + count)]) : nil
        }
        try require(MediaProbe(read) == MediaProbe(MediaSample(bytes)), "where its bytes lie makes no difference")
    }

    /// As films are looked at: both ends, and perhaps nothing between them.
    private static func checkMedia(_ bytes: [UInt8]) throws(Broken) {
        let (half, rest) = (bytes.count / 2, bytes.count - bytes.count / 2)
        let whole = MediaSample(bytes)
        let halves = MediaSample(head: Array(bytes.prefix(half)), tail: Array(bytes.suffix(rest)), bytes: bytes.count)
        var samples = [whole, halves, MediaSample(head: halves.head, bytes: bytes.count)]
        // The end of a file that is far longer, or as long as a file can claim to be.
        for length in [bytes.count + 1000, 1 << 33, Int.max] {
            samples.append(MediaSample(head: halves.head, tail: halves.tail, bytes: length))
        }
        for sample in samples {
            _ = MediaProbe.isCut(sample)
            guard let probe = MediaProbe(sample) else { continue }
            for side in [probe.size?.width, probe.size?.height].compactMap({ $0 }) {
                try require((0...(1 << 32)).contains(side), "a side of \(side) pixels")
            }
            try require(probe.seconds.map { $0.isFinite && $0 >= 0 } ?? true, "it plays \(probe.seconds ?? 0) seconds")
            try require(MediaProbe.kind(of: probe.format) == probe.kind, "\(probe.format) is what its name says")
            try require(probe.kind != .audio || probe.size == nil, "sound has no size")
            try require(!probe.mediaType.isEmpty && !probe.fileExtension.isEmpty, "a format has names")
        }
        guard let probe = MediaProbe(whole) else { return }
        try require(MediaProbe(halves) == probe, "ends that meet are read as one")
        try require(MediaProbe.isCut(halves) == MediaProbe.isCut(whole), "ends that meet are cut as one")
    }
}
