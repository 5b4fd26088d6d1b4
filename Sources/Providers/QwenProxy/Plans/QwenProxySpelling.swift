public import RenderCore

/// How the proxy's requests are spelled. They hold text only: no dialect takes a file for a picture or a film.
public struct QwenProxySpelling: RequestSpelling {
    public static let provider = "qwen-proxy"
    /// It has no regions.
    public static let everywhere = "local"

    public init() {}

    public var provider: String { Self.provider }
    public var regions: [String] { [Self.everywhere] }
    public func region(named word: String) -> String? { word.lowercased() == Self.everywhere ? Self.everywhere : nil }
    public var forms: [RequestForm] { QwenProxyForm.allCases.map(\.form) }
    public var pathExample: String { "/" }
    /// The dialect decides where a request goes: a job file names no path of its own.
    public func allows(path: String) -> Bool { path == "/" }

    public var placeKeys: [String] { [] }
    public func place(_ key: String, _ text: String) -> MediaPlace? { nil }
    public func reference(at place: MediaPlace?, isUploaded: Bool) -> ProviderReference? { nil }
    public func inputs(of form: RequestForm) -> [Model.Input] { [] }
    public func input(named word: String, _ kind: MediaKind, of form: RequestForm?) -> Model.Input {
        Model.Input(role: word, kind: kind, count: 0...0, place: nil)
    }

    public func plan(_ endpoint: Model.Endpoint, input: [String: JSONValue]) -> ProviderPlan {
        Self.plan(QwenProxyForm(rawValue: endpoint.form.name) ?? .picture)
    }

    public func plan(sidecar request: JSONValue, endpoint: String) -> ProviderPlan {
        Self.plan(request["family"]?.string.flatMap(QwenProxyForm.init) ?? .picture)
    }

    private static func plan(_ form: QwenProxyForm) -> ProviderPlan {
        ProviderPlan(provider: provider, content: [ProviderPlan.familyKey: .string(form.rawValue)])
    }
}
