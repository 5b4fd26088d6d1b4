/// A file or link that a render uses.
public struct PlannedReference: Sendable, Codable, Equatable {
    public enum Source: Sendable, Codable, Equatable {
        /// A file; the path is relative to the job's `references` folder once it is claimed.
        case file(name: String)
        case url(String)
    }

    /// As the job file names it.
    public var name: String
    public var source: Source
    /// Its role in the catalogue's words: `reference_image`, `mask`, …; nil in plans that are older than roles: the
    /// picture to edit.
    public var role: String?
    /// What only the provider reads; nil: nothing is said.
    public var wire: ProviderReference?
    /// The index of the reference that it belongs to, from zero: the speaker of a voice. Nil: it stands for itself.
    public var owner: Int?
    /// Lower-case hexadecimal SHA-256, bytes and media type of a local file, known from the claim on.
    public var sha256: String?
    public var bytes: Int?
    public var mediaType: String?

    public init(
        name: String, source: Source, role: String? = nil, wire: ProviderReference? = nil, owner: Int? = nil,
        sha256: String? = nil, bytes: Int? = nil, mediaType: String? = nil
    ) {
        self.name = name
        self.source = source
        self.role = role
        self.wire = wire
        self.owner = owner
        self.sha256 = sha256
        self.bytes = bytes
        self.mediaType = mediaType
    }

    /// Reads references of every version.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        source = try values.decode(Source.self, forKey: .source)
        role = try values.decodeIfPresent(String.self, forKey: .role)
        wire = try Self.providerPart(from: decoder)
        owner = try values.decodeIfPresent(Int.self, forKey: .owner) ?? Self.formerOwner(wire)
        sha256 = try values.decodeIfPresent(String.self, forKey: .sha256)
        bytes = try values.decodeIfPresent(Int.self, forKey: .bytes)
        mediaType = try values.decodeIfPresent(String.self, forKey: .mediaType)
    }
}

extension PlannedReference {
    /// Gives it parameters of its own; nil changes nothing.
    mutating func set(item: [String: JSONValue]?) {
        guard let item else { return }
        var content = wire?.content ?? [:]
        content[ProviderReference.itemKey] = .object(item)
        wire = ProviderReference(content: content, sending: wire?.sending ?? [:])
    }
}
