/// Plans of older versions have keys of Model Studio's requests among their own. They are moved to where such keys stand now.
extension RenderPlan {
    private enum OlderKeys: String, CodingKey { case wire, endpoint, family, input, streams }

    /// The provider's part and the medium of a stored plan of any version.
    ///
    /// - Throws: `DecodingError`.
    static func providerPart(
        from decoder: any Decoder
    ) throws -> (wire: ProviderPlan, medium: RenderResult.Medium)? {
        let values = try decoder.container(keyedBy: OlderKeys.self)
        guard !values.contains(.wire) else { return nil }
        let body = BodyPlan(
            endpoint: try values.decode(String.self, forKey: .endpoint),
            family: try values.decode(BodyFamily.self, forKey: .family),
            input: try values.decodeIfPresent([String: JSONValue].self, forKey: .input),
            streams: try values.decodeIfPresent(Bool.self, forKey: .streams))
        return (body.wire, body.family.makesFilms ? .film : .picture)
    }
}

extension PlannedReference {
    private enum OlderKeys: String, CodingKey { case wire, place, mayTravelWithin, item }

    /// The provider's part of a stored reference of any version.
    ///
    /// - Throws: `DecodingError`.
    static func providerPart(from decoder: any Decoder) throws -> ProviderReference? {
        let values = try decoder.container(keyedBy: OlderKeys.self)
        if let wire = try values.decodeIfPresent(ProviderReference.self, forKey: .wire) { return wire }
        return ReferenceBody(
            place: try values.decodeIfPresent(BodyPlace.self, forKey: .place),
            mayTravelWithin: try values.decodeIfPresent(Bool.self, forKey: .mayTravelWithin),
            item: try values.decodeIfPresent([String: JSONValue].self, forKey: .item)
        ).wire
    }
}
