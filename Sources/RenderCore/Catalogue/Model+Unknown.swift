extension Model {
    /// A model that the catalogue does not know: everything is taken, and the provider checks it.
    ///
    /// Its lane is the slowest that the provider documents for any model, two submits a minute.
    static func unknown(id: String, endpoint: Endpoint) -> Model {
        let any = 0...100
        func input(_ role: String, _ kind: MediaKind, _ place: BodyPlace?) -> Input {
            // A key holds one, everything else many.
            let isKey = if case .key? = place { true } else { false }
            return Input(role: role, kind: kind, count: isKey ? 0...1 : any, place: place)
        }
        let inputs: [Input] =
            switch endpoint.family {
            case .messages, .prompt: [input("reference_image", .image, nil)]
            case .edit:
                [input("reference_image", .image, nil), input("mask", .image, .key("mask_image_url"))]
            case .plain: [input("reference_image", .image, .key("image_url"))]
            case .background: [input("reference_image", .image, .key("base_image_url"))]
            case .film:
                [
                    input("first_frame", .image, .key("img_url")),
                    input("last_frame", .image, .key("last_frame_url")),
                    input("video", .video, .key("video_url")), input("audio", .audio, .key("audio_url")),
                    input("reference_image", .image, .list("reference_urls")),
                    input("reference_video", .video, .list("reference_urls")),
                ]
            case .filmMedia:
                [
                    input("first_frame", .image, .media("first_frame")),
                    input("last_frame", .image, .media("last_frame")),
                    input("video", .video, .media("video")), input("first_clip", .video, .media("first_clip")),
                    input("audio", .audio, .media("driving_audio")),
                    input("reference_image", .image, .media("reference_image")),
                    input("reference_video", .video, .media("reference_video")),
                    input("reference_audio", .audio, .media("reference_audio")),
                    input("voice", .audio, .within(0, key: "reference_voice")),
                ]
            case .animation:
                [
                    input("reference_image", .image, .key("image_url")), input("video", .video, .key("video_url")),
                    input("audio", .audio, .key("audio_url")),
                ]
            }
        let takesText = endpoint.family != .plain && endpoint.family != .animation
        let films: [JobKind] = JobKind.allCases.filter(\.makesFilms)
        return Model(
            id: id, title: id, status: .current,
            kinds: endpoint.family.makesFilms ? films : [.textToImage, .imageEdit], endpoints: [endpoint],
            inputs: inputs, size: SizeRule(shape: .asWritten), duration: DurationRule(range: 1...3600),
            count: endpoint.family.takesCount ? 1...100 : 1...1,
            promptLimit: takesText ? TextLimit(count: .max, unit: .characters) : nil, promptIsOptional: true,
            negativePromptLimit: takesText ? TextLimit(count: .max, unit: .characters) : nil,
            limit: LaneLimit(group: "unknown:" + id, submits: 2, perSeconds: 60, running: 2), confidence: .unknown,
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
        // A job file may come from anybody on the share: it reaches the services that make things, and nothing else of the account.
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard text.hasPrefix("/services/aigc/"), text.utf8.count <= 200,
            parts.count == 5 || (parts.count == 6 && parts[5].isEmpty),
            parts[3...4].allSatisfy({ part in
                !part.isEmpty && part.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
            })
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
