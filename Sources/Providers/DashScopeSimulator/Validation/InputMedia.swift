import FoundationEssentials

/// One file of a submit, fetched and checked.
struct InputMedia: Sendable, Equatable {
    var kind: InputKind
    var place: InputRule.Place
    /// `png 640x480`, or `link` where nothing was fetched.
    var label: String
    /// Nil where it is not known.
    var size: FrameSize?
    /// Of films and sounds; what is behind a link is taken for `SimulatorSwitches.linkSeconds` long.
    var seconds: Double?
    var hasAlpha = false
    /// Behind a link that was not followed.
    var isLink = false
    /// The film that is made has this file's ratio.
    var setsRatio = false
    /// Tells files apart, for the picture.
    var fingerprint: UInt64
    /// A picture's bytes; nil where nothing was fetched, or where there is no room for them.
    var photo: Photo?

    var ratio: Double? { size?.ratio }

    /// For what is made of it.
    var given: GivenPicture { GivenPicture(label: label, ratio: ratio, fingerprint: fingerprint, photo: photo) }
}

/// An input that could not be fetched: the documentation knows it at submit and at run time.
struct DownloadFailure: Sendable, Equatable {
    var atSubmit: Refusal
    var atRun: Refusal
}

/// Fetches and checks files against what a model asks of them.
struct MediaCheck {
    enum Fetched {
        case media(InputMedia)
        case failure(DownloadFailure)
    }

    let row: ModelRow
    let family: Family
    let switches: SimulatorSwitches
    let resolvesOSS: Bool
    /// Finds a temporary upload that this caller may use for this model.
    let upload: (String) -> [UInt8]?
    /// Keeps a picture for what is made of it, by its fingerprint.
    var keep: ([UInt8], UInt64) -> Photo? = { _, _ in nil }

    func check(_ link: String, _ rule: InputRule) throws(Refusal) -> Fetched {
        if link.hasPrefix("data:") { return .media(try dataURI(link, rule)) }
        if link.hasPrefix("oss://") {
            guard row.links != .published, !rule.isPage else { throw .publicOnly }
            guard resolvesOSS else { throw .urlError }
            guard let bytes = upload(String(link.dropFirst("oss://".count))) else {
                let refusal = Refusal.parameter("oss download error.")
                return .failure(DownloadFailure(atSubmit: refusal, atRun: refusal))
            }
            return .media(try checked(bytes, rule, name: link))
        }
        guard link.hasPrefix("http://") || link.hasPrefix("https://") else { throw .urlError }
        guard family.takesAnyCharacter || link.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .urlError }
        if switches.remoteReferences == .refuse {
            return .failure(
                DownloadFailure(
                    atSubmit: .parameter(
                        family == .messages
                            ? "Failed to download multimodal content." : "download image failed"),
                    atRun: Refusal(400, "InvalidParameter.FileDownload", "download for input_image error")))
        }
        let kind = Self.kind(of: link, rule)
        return .media(
            InputMedia(
                kind: kind, place: rule.place, label: "link",
                seconds: kind == .video || kind == .audio ? switches.linkSeconds : nil, isLink: true,
                setsRatio: rule.setsRatio, fingerprint: Checksum.number(link)))
    }

    /// In a mixed place the link's end tells what it leads to.
    private static func kind(of link: String, _ rule: InputRule) -> InputKind {
        if rule.limits.count == 1, let only = rule.limits.keys.first { return only }
        let path = link.prefix { $0 != "?" && $0 != "#" }.lowercased()
        if [".mp4", ".mov", ".avi"].contains(where: { path.hasSuffix($0) }) { return .video }
        return [".mp3", ".wav"].contains { path.hasSuffix($0) } ? .audio : .image
    }

    private func dataURI(_ link: String, _ rule: InputRule) throws(Refusal) -> InputMedia {
        switch row.links {
        case .any: break
        case .withoutData:
            if switches.undocumentedData == .refuse { throw .urlError }
        case .published: throw .publicOnly
        }
        guard link.utf8.count <= switches.dataURIBytesMax else {
            throw .parameter("Exceeded limit on max bytes per data-uri item : \(switches.dataURIBytesMax)")
        }
        guard let comma = link.utf8.firstIndex(of: UInt8(ascii: ",")) else { throw .urlError }
        let head = link[..<comma].lowercased()
        guard rule.limits[.image] != nil, head.hasPrefix("data:image/"), head.hasSuffix(";base64") else {
            throw .parameter("image format error")
        }
        guard let data = Data(base64Encoded: String(link[link.utf8.index(after: comma)...])) else {
            throw .parameter("Invalid image format or corrupted file")
        }
        return try checked(Array(data), rule)
    }

    private func checked(_ bytes: [UInt8], _ rule: InputRule, name: String = "") throws(Refusal) -> InputMedia {
        let isPicture = rule.limits.keys.allSatisfy { $0 == .image }
        let fingerprint = Checksum.sha256(bytes).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        if let document = rule.limits[.document] {
            let header = try DocumentHeader(bytes, name: name, document)
            return InputMedia(kind: .document, place: rule.place, label: header.ending, fingerprint: fingerprint)
        }
        guard let format = MediaHeader.format(of: bytes), let limits = rule.limits[format.kind],
            limits.formats.contains(format)
        else {
            // A picture in a wrong format is told at run time where the documents show it so.
            if case .alpha? = rule.need, MediaHeader.format(of: bytes)?.kind == .image {
                return InputMedia(
                    kind: .image, place: rule.place, label: "picture without alpha", fingerprint: fingerprint)
            }
            throw isPicture
                ? .parameter("image format error")
                : Refusal(400, "InvalidFile.Format", "The format of the input file is not supported.")
        }
        guard let header = MediaHeader(bytes) else {
            throw isPicture
                ? .parameter("Invalid image format or corrupted file")
                : Refusal(400, "InvalidFile.Format", "The input file is corrupted.")
        }
        guard bytes.count <= limits.bytesMax else { throw .tooLarge(limits.bytesMax) }
        try limits.check(header, switches)
        var size: FrameSize?
        if let width = header.width, let height = header.height { size = FrameSize(width, height) }
        let shown = size.map { " \($0.width)x\($0.height)" } ?? ""
        return InputMedia(
            kind: format.kind, place: rule.place, label: format.rawValue + shown, size: size, seconds: header.seconds,
            hasAlpha: header.hasAlpha, setsRatio: rule.setsRatio, fingerprint: fingerprint,
            photo: format.kind == .image ? keep(bytes, fingerprint) : nil)
    }
}

extension MediaLimits {
    fileprivate func check(_ header: MediaHeader, _ switches: SimulatorSwitches) throws(Refusal) {
        let isPicture = header.format.kind == .image
        if refusesAlpha, header.hasAlpha, switches.alpha == .refuse { throw .parameter("image format error") }
        if let width = header.width, let height = header.height {
            let sidesFit = sides.map { $0.contains(width) && $0.contains(height) } ?? true
            let ratio = Double(width) / Double(height)
            let ratioFits = ratioMax.map { ratio <= $0 && ratio >= 1 / $0 } ?? true
            if !sidesFit || !ratioFits, !sidesAreAdvice || switches.advisedDimensions == .refuse {
                guard isPicture else {
                    throw sidesFit
                        ? Refusal(400, "InvalidFile.AspectRatio", "The aspect ratio of the video is not supported.")
                        : Refusal(400, "InvalidFile.Resolution", "The resolution of the video is not supported.")
                }
                throw .parameter(
                    sidesAreAdvice
                        ? "the size of input image is too small or too large."
                        : "The image length and width do not meet the model restrictions.")
            }
        }
        // Containers count in ticks: a film of ten seconds may last a little longer.
        if let seconds, let length = header.seconds,
            length < seconds.lowerBound - 0.1 || length > seconds.upperBound + 0.1
        {
            throw Refusal(
                400, "InvalidFile.Duration",
                "The duration should be between \(seconds.lowerBound) and \(seconds.upperBound) seconds.")
        }
    }
}

extension Refusal {
    fileprivate static let publicOnly = parameter("url error, please provide a public http or https url.")

    static func tooLarge(_ most: Int) -> Refusal {
        Refusal(400, "InvalidFile.Size", "The file size exceeds the limit of \(most) bytes.")
    }
}
