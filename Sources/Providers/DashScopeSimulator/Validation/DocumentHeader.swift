/// A document that was uploaded: known by the ending of its name, to which its bytes must fit.
struct DocumentHeader {
    var ending: String

    init(_ bytes: [UInt8], name: String, _ limits: MediaLimits) throws(Refusal) {
        ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        guard limits.endings.contains(ending) else {
            throw Refusal(400, "InvalidFile.Format", "The format of the input file is not supported.")
        }
        guard bytes.count <= limits.bytesMax else { throw .tooLarge(limits.bytesMax) }
        guard Self.fits(bytes, ending) else {
            throw Refusal(400, "InvalidFile.Format", "The input file is corrupted.")
        }
        if let most = limits.pagesMax, ending == "pdf", Self.pages(bytes) > most {
            throw Refusal(400, "InvalidFile.Value", "The number of pages exceeds the limit of \(most).")
        }
    }

    private static func fits(_ bytes: [UInt8], _ ending: String) -> Bool {
        switch ending {
        case "pdf": bytes.starts(with: Array("%PDF-".utf8)) && bytes.suffix(2048).contains(Array("%%EOF".utf8))
        case "docx", "xlsx", "pptx", "key", "pages", "numbers":
            bytes.starts(with: [0x50, 0x4B, 3, 4]) && bytes.suffix(66_000).contains([0x50, 0x4B, 5, 6])
        case "doc", "xls", "ppt": bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) && bytes.count > 1024
        default: bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || !bytes.contains(0)
        }
    }

    /// As many objects as say that they are one.
    private static func pages(_ bytes: [UInt8]) -> Int {
        ["/Type /Page", "/Type/Page"].reduce(0) { sum, word in
            sum
                + bytes.ranges(of: Array(word.utf8)).count {
                    $0.upperBound == bytes.count || bytes[$0.upperBound] != 0x73
                }
        }
    }
}
