extension ImageProbe.Format {
    /// As people name such files: `png`, `jpg`, …
    public var fileExtension: String { self == .jpeg ? "jpg" : rawValue }
}
