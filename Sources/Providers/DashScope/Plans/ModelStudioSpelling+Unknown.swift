public import RenderCore

/// Models that the catalogue does not know: each family has its usual places for media.
extension ModelStudioSpelling {
    private static func input(_ role: String, _ kind: MediaKind, _ place: BodyPlace?) -> Model.Input {
        // A key holds one, everything else many.
        let isKey = if case .key? = place { true } else { false }
        return Model.Input(role: role, kind: kind, count: isKey ? 0...1 : 0...100, place: place?.media)
    }

    public func inputs(of form: RequestForm) -> [Model.Input] {
        switch BodyFamily(rawValue: form.name) {
        case .messages, .prompt, nil: [Self.input("reference_image", .image, nil)]
        case .edit:
            [
                Self.input("reference_image", .image, nil),
                Self.input("mask", .image, .key("mask_image_url")),
            ]
        case .plain: [Self.input("reference_image", .image, .key("image_url"))]
        case .background: [Self.input("reference_image", .image, .key("base_image_url"))]
        case .film:
            [
                Self.input("first_frame", .image, .key("img_url")),
                Self.input("last_frame", .image, .key("last_frame_url")),
                Self.input("video", .video, .key("video_url")), Self.input("audio", .audio, .key("audio_url")),
                Self.input("reference_image", .image, .list("reference_urls")),
                Self.input("reference_video", .video, .list("reference_urls")),
            ]
        case .filmMedia:
            [
                Self.input("first_frame", .image, .media("first_frame")),
                Self.input("last_frame", .image, .media("last_frame")),
                Self.input("video", .video, .media("video")),
                Self.input("first_clip", .video, .media("first_clip")),
                Self.input("audio", .audio, .media("driving_audio")),
                Self.input("reference_image", .image, .media("reference_image")),
                Self.input("reference_video", .video, .media("reference_video")),
                Self.input("reference_audio", .audio, .media("reference_audio")),
                Self.input("voice", .audio, .within(0, key: "reference_voice")),
            ]
        case .animation:
            [
                Self.input("reference_image", .image, .key("image_url")),
                Self.input("video", .video, .key("video_url")), Self.input("audio", .audio, .key("audio_url")),
            ]
        }
    }

    public func input(named word: String, _ kind: MediaKind, of form: RequestForm?) -> Model.Input {
        Self.input(word, kind, form?.name == BodyFamily.filmMedia.rawValue ? .media(word) : .key(word))
    }
}
