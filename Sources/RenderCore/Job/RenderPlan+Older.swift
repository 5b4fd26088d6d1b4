/// Plans of older versions have their provider's keys among their own. They are moved to where such keys stand now.
extension RenderPlan {
    private enum OlderKeys: String, CodingKey, CaseIterable { case wire, endpoint, family, input, streams }

    /// The provider's part and the medium of a stored plan of an older version; nil of a plan that has them.
    ///
    /// - Throws: `DecodingError`.
    static func providerPart(
        from decoder: any Decoder, of kind: JobKind
    ) throws -> (wire: ProviderPlan, medium: RenderResult.Medium)? {
        let values = try decoder.container(keyedBy: OlderKeys.self)
        guard !values.contains(.wire) else { return nil }
        var content: [String: JSONValue] = [
            ProviderPlan.endpointKey: .string(try values.decode(String.self, forKey: .endpoint)),
            ProviderPlan.familyKey: .string(try values.decode(String.self, forKey: .family)),
        ]
        if let input = try values.decodeIfPresent([String: JSONValue].self, forKey: .input), !input.isEmpty {
            content[ProviderPlan.inputKey] = .object(input)
        }
        let streams = try values.decodeIfPresent(JSONValue.self, forKey: .streams)
        return (
            ProviderPlan(
                provider: ProviderPlan.formerProvider, content: content, sending: streams.map { ["streams": $0] }),
            kind.makesFilms ? .film : .picture
        )
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
        var content: [String: JSONValue] = [:]
        if let place = try values.decodeIfPresent(JSONValue.self, forKey: .place).flatMap(text(ofPlace:)) {
            content[ProviderReference.placeKey] = .string(place)
        }
        if let item = try values.decodeIfPresent([String: JSONValue].self, forKey: .item) {
            content[ProviderReference.itemKey] = .object(item)
        }
        let inline = try values.decodeIfPresent(JSONValue.self, forKey: .mayTravelWithin)
        return ProviderReference(content: content, sending: inline.map { ["inline": $0] } ?? [:])
    }

    /// The text of a place that was stored as an object: `{"key": {"_0": "mask_image_url"}}`.
    private static func text(ofPlace place: JSONValue) -> String? {
        guard let (form, values) = place.object?.first else { return nil }
        let name = (values["key"] ?? values["_0"])?.string ?? ""
        return switch form {
        case "key": name
        case "list": name + "[]"
        case "media": "media:" + name
        case "within": "media[\(values["_0"]?.int ?? 0)]." + name
        default: nil
        }
    }

    /// References from before `owner` tell it within the text of their place: `media[0].reference_voice`.
    static func formerOwner(_ wire: ProviderReference?) -> Int? {
        guard let place = wire?.content[ProviderReference.placeKey]?.string, let start = place.firstIndex(of: "["),
            let end = place.firstRange(of: "].")
        else { return nil }
        return Int(place[place.index(after: start)..<end.lowerBound])
    }
}
