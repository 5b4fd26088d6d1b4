extension JobReader.Reading {
    /// For a file that was not read because no job file has so many bytes.
    public static let tooLarge = JobReader.Reading(
        text: "", specs: [],
        diagnostics: [
            Diagnostic(
                "the file has more than \(TextDecoding.bytesMax >> 20) MiB, which no job file has", at: .start,
                advice: "split it, or check that it is the file you meant")
        ])

    /// The same, told by how the file begins.
    public static func tooLarge(beginning head: [UInt8]) -> JobReader.Reading {
        let text = String(decoding: head.prefix(1024), as: UTF8.self)
        guard let foreign = ForeignFile(bytes: head) ?? ForeignFile(text: text) else { return tooLarge }
        return JobReader.Reading(text: "", specs: [], diagnostics: [foreign.diagnostic])
    }
}
