extension Model {
    /// A model that the catalogue does not know: everything is taken, and the provider checks it.
    ///
    /// Its lane is the slowest that the provider documents for any model, two submits a minute.
    static func unknown(id: String, endpoint: Endpoint) -> Model {
        let any = 0...100
        func listed(_ role: String, _ kind: MediaKind, _ place: PlannedReference.Place?) -> Input {
            Input(role: role, kind: kind, count: any, place: place)
        }
        let inputs: [Input] =
            switch endpoint.family {
            case .messages, .prompt: [listed("reference_image", .image, nil)]
            case .edit:
                [listed("reference_image", .image, nil), listed("mask", .image, .key("mask_image_url"))]
            case .plain: [listed("reference_image", .image, .key("image_url"))]
            case .background: [listed("reference_image", .image, .key("base_image_url"))]
            case .film:
                [
                    listed("first_frame", .image, .key("img_url")),
                    listed("last_frame", .image, .key("last_frame_url")),
                    listed("video", .video, .key("video_url")), listed("audio", .audio, .key("audio_url")),
                    listed("reference_image", .image, .list("reference_urls")),
                    listed("reference_video", .video, .list("reference_urls")),
                ]
            case .filmMedia:
                [
                    listed("first_frame", .image, .media("first_frame")),
                    listed("last_frame", .image, .media("last_frame")),
                    listed("video", .video, .media("video")), listed("first_clip", .video, .media("first_clip")),
                    listed("audio", .audio, .media("driving_audio")),
                    listed("reference_image", .image, .media("reference_image")),
                    listed("reference_video", .video, .media("reference_video")),
                    listed("reference_audio", .audio, .media("reference_audio")),
                    listed("voice", .audio, .within(0, key: "reference_voice")),
                ]
            case .animation:
                [
                    listed("reference_image", .image, .key("image_url")), listed("video", .video, .key("video_url")),
                    listed("audio", .audio, .key("audio_url")),
                ]
            }
        let takesText = endpoint.family != .plain && endpoint.family != .animation
        let films: [JobKind] = JobKind.allCases.filter(\.makesFilms)
        return Model(
            id: id, title: id, status: .current,
            kinds: endpoint.family.makesFilms ? films : [.textToImage, .imageEdit], endpoints: [endpoint],
            inputs: inputs, size: SizeRule(shape: .asWritten), duration: DurationRule(range: 1...3600), count: 1...100,
            promptLimit: takesText ? TextLimit(count: .max, unit: .characters) : nil, promptIsOptional: true,
            negativePromptLimit: takesText ? TextLimit(count: .max, unit: .characters) : nil,
            limit: LaneLimit(group: id, submits: 2, perSeconds: 60, running: 2), confidence: .unknown,
            source: "the job file")
    }
}

extension ModelCatalogue {
    /// Tags of the endpoints, in order.
    var endpointTags: [String] { tables.endpoints.keys.sorted() }

    /// By its tag, or by its path below the API root.
    ///
    /// - Parameter family: as the job says it; nil: the endpoint's own.
    /// - Returns: nil where there is no such tag, or the family of a path is not known.
    func endpoint(_ text: String, family: BodyFamily?) -> Model.Endpoint? {
        if let tagged = tables.endpoints.first(where: { $0.key.lowercased() == text.lowercased() })?.value {
            var endpoint = tagged
            endpoint.family = family ?? tagged.family
            return endpoint
        }
        guard text.hasPrefix("/"), text.utf8.count <= 200, !text.contains(".."),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"?#\\%".utf8.contains($0) })
        else { return nil }
        let known = tables.endpoints.sorted { $0.key < $1.key }.map(\.value).filter { $0.path == text && !$0.streams }
        if var endpoint = known.first(where: { $0.family == family }) ?? known.first {
            endpoint.family = family ?? endpoint.family
            return endpoint
        }
        guard let family else { return nil }
        return Model.Endpoint(tag: text, path: text, mode: .async, family: family)
    }
}
