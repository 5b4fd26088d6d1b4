extension ImageProbe.Format {
    /// As people name such files: `png`, `jpg`, …
    public var fileExtension: String { self == .jpeg ? "jpg" : rawValue }

    /// Whether the last bytes of a file lack what a picture of this format ends with. Only PNG says so clearly. Behind it there may be
    /// anything: some tools leave the rest of a former, longer file.
    ///
    /// - Parameter tail: the last 12 bytes, or more.
    public func isCut(tail: [UInt8]) -> Bool {
        guard self == .png else { return false }
        let end: [UInt8] = [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
        return tail.firstRange(of: end) == nil
    }
}
