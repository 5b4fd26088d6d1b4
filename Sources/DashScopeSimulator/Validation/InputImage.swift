import FoundationEssentials

/// One reference of a submit, fetched and checked.
struct InputImage: Sendable, Equatable {
    /// `png 640x480`, or the kind of link where nothing was fetched.
    var label: String
    var ratio: Double?
    /// Tells references apart, for the picture.
    var fingerprint: UInt64
}

/// An input that could not be fetched: the documentation knows it at submit and at run time.
struct DownloadFailure: Sendable, Equatable {
    var atSubmit: Refusal
    var atRun: Refusal
}

/// Fetches and checks references against a model's media limits.
struct ReferenceCheck {
    enum Outcome {
        case image(InputImage)
        case failure(DownloadFailure)
    }

    let row: ModelRow
    let switches: SimulatorSwitches
    let resolvesOSS: Bool
    /// Finds a temporary upload that this caller may use for this model.
    let upload: (String) -> [UInt8]?

    func check(_ link: String) throws(Refusal) -> Outcome {
        if link.hasPrefix("data:") { return .image(try dataURI(link)) }
        if link.hasPrefix("oss://") {
            guard resolvesOSS else { throw .urlError }
            guard let bytes = upload(String(link.dropFirst("oss://".count))) else {
                let refusal = Refusal.parameter("oss download error.")
                return .failure(DownloadFailure(atSubmit: refusal, atRun: refusal))
            }
            return .image(try checked(bytes))
        }
        guard link.hasPrefix("http://") || link.hasPrefix("https://") else { throw .urlError }
        guard link.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) || row.family == .messages else { throw .urlError }
        if switches.remoteReferences == .refuse {
            return .failure(
                DownloadFailure(
                    atSubmit: .parameter(
                        row.family == .messages
                            ? "Failed to download multimodal content." : "download image failed"),
                    atRun: Refusal(400, "InvalidParameter.FileDownload", "download for input_image error")))
        }
        return .image(InputImage(label: "link", ratio: nil, fingerprint: Digest.number(link)))
    }

    private func dataURI(_ link: String) throws(Refusal) -> InputImage {
        guard link.utf8.count <= switches.dataURIBytesMax else {
            throw .parameter("Exceeded limit on max bytes per data-uri item : \(switches.dataURIBytesMax)")
        }
        guard let comma = link.utf8.firstIndex(of: UInt8(ascii: ",")) else { throw .urlError }
        let head = link[..<comma].lowercased()
        guard head.hasPrefix("data:image/"), head.hasSuffix(";base64") else {
            throw .parameter("image format error")
        }
        guard let data = Data(base64Encoded: String(link[link.utf8.index(after: comma)...])) else {
            throw .parameter("Invalid image format or corrupted file")
        }
        return try checked(Array(data))
    }

    private func checked(_ bytes: [UInt8]) throws(Refusal) -> InputImage {
        guard let media = row.media else { throw .malformed }
        guard let format = ImageHeader.format(of: bytes), media.formats.contains(format) else {
            throw .parameter("image format error")
        }
        guard let header = ImageHeader(bytes) else { throw .parameter("Invalid image format or corrupted file") }
        guard bytes.count <= media.bytesMax else {
            throw Refusal(400, "InvalidFile.Size", "The file size exceeds the limit of \(media.bytesMax) bytes.")
        }
        if media.refusesAlpha, header.hasAlpha, switches.alpha == .refuse { throw .parameter("image format error") }
        let ratio = Double(header.width) / Double(header.height)
        let sidesFit = media.sides.contains(header.width) && media.sides.contains(header.height)
        let ratioFits = media.ratioMax.map { ratio <= $0 && ratio >= 1 / $0 } ?? true
        if !sidesFit || !ratioFits, !media.sidesAreAdvice || switches.advisedDimensions == .refuse {
            throw .parameter(
                media.sidesAreAdvice
                    ? "the size of input image is too small or too large."
                    : "The image length and width do not meet the model restrictions.")
        }
        return InputImage(
            label: "\(format.rawValue) \(header.width)x\(header.height)", ratio: ratio,
            fingerprint: Digest.sha256(bytes).prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }
}
