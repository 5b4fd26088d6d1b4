extension DropReading {
    /// For a file that was not read because it is too large for a job file.
    public static let tooLarge = JobFileReader.reading(
        "", diagnostics: [Diagnostic(.largeFile(most: TextDecoding.bytesMax), at: .start)])

    /// The same, identified by the beginning of the file.
    public static func tooLarge(beginning head: [UInt8]) -> DropReading {
        let text = String(decoding: head.prefix(1024), as: UTF8.self)
        guard let foreign = ForeignFile(bytes: head) ?? ForeignFile(text: text) else { return tooLarge }
        return JobFileReader.reading("", diagnostics: [foreign.diagnostic])
    }
}
