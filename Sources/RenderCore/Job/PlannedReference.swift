/// A file or a link that a render is given.
public struct PlannedReference: Sendable, Codable, Equatable {
    public enum Source: Sendable, Codable, Equatable {
        /// A file; the path is relative to the job's `references` folder once it is claimed.
        case file(name: String)
        case url(String)
    }

    /// Where it stands in the request's body.
    public enum Place: Sendable, Codable, Hashable {
        /// A key of `input` that holds one.
        case key(String)
        /// A key of `input` that holds a list of such.
        case list(String)
        /// An item of `input.media`, with this `type`.
        case media(String)
        /// A key of the item of `input.media` that belongs to the reference of this index, from zero.
        case within(Int, key: String)
    }

    /// As the job file names it.
    public var name: String
    public var source: Source
    /// What it is for, in the catalogue's words: `reference_image`, `mask`, …; nil in plans from before there were roles: a picture to
    /// work on.
    public var role: String?
    /// Nil: the family's own place.
    public var place: Place?
    /// False: it is uploaded however small it is. Nil: small pictures travel within the body.
    public var mayTravelWithin: Bool?
    /// Lower-case hexadecimal SHA-256, bytes and media type of a local file, known from the claim on.
    public var sha256: String?
    public var bytes: Int?
    public var mediaType: String?
    /// Further keys of its item in `input.media`; nil: none.
    public var item: [String: JSONValue]?

    public init(
        name: String, source: Source, role: String? = nil, place: Place? = nil, mayTravelWithin: Bool? = nil,
        sha256: String? = nil, bytes: Int? = nil, mediaType: String? = nil
    ) {
        self.name = name
        self.source = source
        self.role = role
        self.place = place
        self.mayTravelWithin = mayTravelWithin
        self.sha256 = sha256
        self.bytes = bytes
        self.mediaType = mediaType
    }
}

extension PlannedReference.Place {
    /// `image_url`, `images[]`, `media:first_frame`, `media[0].reference_voice`
    var text: String {
        switch self {
        case .key(let key): key
        case .list(let key): key + "[]"
        case .media(let type): "media:" + type
        case .within(let index, let key): "media[\(index)].\(key)"
        }
    }

    /// Nil where the text is none that `text` gives.
    init?(_ text: String) {
        if text.hasPrefix("media:") {
            self = .media(String(text.dropFirst("media:".count)))
        } else if text.hasPrefix("media["), let end = text.firstRange(of: "].") {
            guard let index = Int(text[..<end.lowerBound].dropFirst("media[".count)) else { return nil }
            self = .within(index, key: String(text[end.upperBound...]))
        } else if text.hasSuffix("[]") {
            self = .list(String(text.dropLast(2)))
        } else if !text.isEmpty {
            self = .key(text)
        } else {
            return nil
        }
    }
}
