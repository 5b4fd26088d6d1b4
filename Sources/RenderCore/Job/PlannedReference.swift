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
