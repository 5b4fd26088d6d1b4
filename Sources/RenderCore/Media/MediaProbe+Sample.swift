extension MediaProbe {
    /// Nil where the bytes are of no known format, or of a container that holds neither picture, film nor sound that is known.
    public init?(_ sample: MediaSample) {
        let file = SampleReader(sample)
        // Films first: some pictures stand in the same boxes, and a film's own brand is clear.
        guard
            let probe = Self.movie(file) ?? Self.image(sample).map({ MediaProbe($0) }) ?? Self.avi(file)
                ?? Self.wav(file) ?? Self.mp3(file)
        else { return nil }
        self = probe
        // No file plays for weeks: such a figure is a header's mistake, or somebody's.
        seconds = seconds.flatMap { $0.isFinite && $0 >= 0 && $0 < 1e6 ? $0 : nil }
        isCut = Self.isCut(sample)
    }

    /// Whether the file lacks a part: a PNG without its end; an MP4 or MOV whose boxes claim more bytes than there are, or name no
    /// table. Other formats do not say so clearly, and what is out of sight counts as there.
    public static func isCut(_ sample: MediaSample) -> Bool {
        if let movie = MovieFile(SampleReader(sample)) { return movie.isCut }
        guard let format = image(sample)?.format else { return false }
        let isWhole = sample.head.count >= sample.bytes
        return (isWhole || !sample.tail.isEmpty) && format.isCut(tail: isWhole ? sample.head : sample.tail)
    }

    private static func image(_ sample: MediaSample) -> ImageProbe? { ImageProbe(reading: ByteReader(sample.head)) }
}
