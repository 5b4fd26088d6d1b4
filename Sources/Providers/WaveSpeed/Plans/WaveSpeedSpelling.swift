public import RenderCore

/// How WaveSpeed's requests are spelled: what the catalogue's rows and the planner leave to the provider.
public struct WaveSpeedSpelling: RequestSpelling {
    public static let provider = "wavespeed"
    /// It has no regions; prices and limits hold everywhere.
    public static let everywhere = "global"

    public init() {}

    public var provider: String { Self.provider }
    public var regions: [String] { [Self.everywhere] }
    public func region(named word: String) -> String? { word.lowercased() == Self.everywhere ? Self.everywhere : nil }
    public var forms: [RequestForm] { WaveSpeedForm.allCases.map(\.form) }
    public var pathExample: String { "/" }

    /// A request goes to the path of its model, whatever an endpoint says: a job file names none of its own.
    public func allows(path: String) -> Bool { path == "/" }

    // MARK: Places

    /// - `key`: the field that holds it.
    /// - `list`: the field that holds a list of such.
    public var placeKeys: [String] { ["key", "list"] }

    public func place(_ key: String, _ text: String) -> MediaPlace? {
        switch key {
        case "key": WaveSpeedPlace.key(text).media
        case "list": WaveSpeedPlace.list(text).media
        default: nil
        }
    }

    public func reference(at place: MediaPlace?, isUploaded: Bool) -> ProviderReference? {
        ProviderReference(
            content: place.map { [ProviderReference.placeKey: .string($0.text)] } ?? [:],
            sending: isUploaded ? ["inline": .bool(false)] : [:])
    }

    public func inputs(of form: RequestForm) -> [Model.Input] {
        form.makesFilms
            ? [
                input("first_frame", .image, .key("image")), input("last_frame", .image, .key("last_image")),
                input("video", .video, .key("video")), input("audio", .audio, .key("audio")),
                input("reference_image", .image, .list("images")),
            ]
            : [
                input("reference_image", .image, .list("images")), input("mask", .image, .key("mask_image")),
            ]
    }

    public func input(named word: String, _ kind: MediaKind, of form: RequestForm?) -> Model.Input {
        input(word, kind, .key(word))
    }

    private func input(_ role: String, _ kind: MediaKind, _ place: WaveSpeedPlace) -> Model.Input {
        let isKey = if case .key = place { true } else { false }
        return Model.Input(role: role, kind: kind, count: isKey ? 0...1 : 0...100, place: place.media)
    }

    // MARK: Plans

    public func plan(_ endpoint: Model.Endpoint, input: [String: JSONValue]) -> ProviderPlan {
        Self.plan(WaveSpeedForm(rawValue: endpoint.form.name) ?? .picture, input)
    }

    public func plan(sidecar request: JSONValue, endpoint: String) -> ProviderPlan {
        Self.plan(
            request["family"]?.string.flatMap(WaveSpeedForm.init) ?? .picture, request["input"]?.object ?? [:])
    }

    private static func plan(_ form: WaveSpeedForm, _ input: [String: JSONValue]) -> ProviderPlan {
        var content: [String: JSONValue] = [ProviderPlan.familyKey: .string(form.rawValue)]
        if !input.isEmpty { content[ProviderPlan.inputKey] = .object(input) }
        return ProviderPlan(provider: provider, content: content)
    }
}
