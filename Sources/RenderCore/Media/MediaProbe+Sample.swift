extension MediaProbe {
    /// Nil where the bytes are of no known format, or of a container that holds nothing that is known. Ask `named(_:)` before a document counts.
    public init?(_ sample: MediaSample) {
        let probe: MediaProbe? =
            if let reading = sample.reading { reading.probe } else { Self.read(SampleReader(sample)) }
        guard let probe else { return nil }
        self = probe
    }

    /// Whether the file lacks a part; what is out of sight counts as there.
    public static func isCut(_ sample: MediaSample) -> Bool { MediaProbe(sample)?.isCut ?? false }

    static func read(_ file: SampleReader) -> MediaProbe? {
        // Films first: some pictures stand in the same boxes, and a film's own brand is clear.
        let found =
            movie(file) ?? ImageProbe(reading: file).map { picture($0, file) } ?? avi(file) ?? wav(file) ?? mp3(file)
            ?? document(file)
        guard var probe = found else { return nil }
        if probe.isCut, ["bmp", "tiff", "pnm", "webp", "wav", "avi"].contains(probe.format) {
            probe.isDoubtful = file.endsInHole || file.isZero(max(0, file.count - 16)..<file.count)
        }
        // No file plays for weeks: such a figure is a header's mistake, or somebody's.
        if let seconds = probe.seconds, !(seconds.isFinite && seconds >= 0 && seconds < 1e6) { probe.seconds = nil }
        return probe
    }

    private static func picture(_ image: ImageProbe, _ file: SampleReader) -> MediaProbe {
        var probe = MediaProbe(image)
        probe.isCut = image.isCut(file)
        return probe
    }
}

extension MediaSample {
    /// A sample of a file that can be read anywhere: what it says of itself is read at once, wherever in the file it stands.
    ///
    /// - Parameters:
    ///   - endsInHole: the file system says that nothing was ever written to the end of the file.
    ///   - fetch: the bytes from an offset on; nil where they cannot be read.
    public init(
        head: [UInt8], tail: [UInt8], bytes: Int, endsInHole: Bool = false,
        fetch: @escaping (_ offset: Int, _ count: Int) -> [UInt8]?
    ) {
        self.init(head: head, tail: tail, bytes: bytes)
        reading = Reading(probe: MediaProbe.read(SampleReader(self, endsInHole: endsInHole, fetch: fetch)))
    }
}
