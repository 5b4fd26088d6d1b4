import CEmbedded
import DashScope
import RenderCore
import WaveSpeed

/// The providers that this program knows, and what each of them needs besides its service.
enum ProviderKind: String, Sendable, CaseIterable {
    case dashscope, wavespeed

    /// The one that settings without `accounts:` describe.
    static let first = ProviderKind.dashscope

    /// What settings need to know.
    var known: KnownProvider {
        switch self {
        case .dashscope:
            KnownProvider(rawValue, hasRegions: true, baseURLExample: "https://dashscope.aliyuncs.com/api/v1")
        case .wavespeed: KnownProvider(rawValue, hasRegions: false, baseURLExample: WaveSpeedRoot.standard)
        }
    }

    /// Environment variables that may hold its key; the first that is set counts.
    var keyVariables: [String] {
        switch self {
        case .dashscope: ["DASHSCOPE_API_KEY", "QWEN_API_KEY"]
        case .wavespeed: ["WAVESPEED_API_KEY"]
        }
    }

    /// The environment variable with the base URL of accounts that name none; nil: settings read it.
    var baseURLVariable: String? {
        switch self {
        case .dashscope: nil
        case .wavespeed: "WAVESPEED_BASE_URL"
        }
    }

    /// The name of its key among the credentials of a service manager.
    var credential: String { rawValue + "_api_key" }

    /// How its requests are spelled.
    var spelling: any RequestSpelling {
        switch self {
        case .dashscope: ModelStudioSpelling()
        case .wavespeed: WaveSpeedSpelling()
        }
    }

    /// Its rows, as they travel inside the binary.
    var rows: String {
        switch self {
        case .dashscope: Embedded.text(renderdrop_models_yaml)
        case .wavespeed: Embedded.text(renderdrop_wavespeed_yaml)
        }
    }

    /// The file of these rows, for messages.
    var rowsFile: String {
        switch self {
        case .dashscope: "models.yaml"
        case .wavespeed: "wavespeed.yaml"
        }
    }

    /// The region of an account, where prices and limits are looked up.
    func region(of settings: Configuration.Provider) -> String {
        known.hasRegions ? settings.region : spelling.regions.first ?? ""
    }

    /// Where an account of it is asked.
    ///
    /// - Throws: `Failure` that says what to write instead.
    func root(of settings: Configuration.Provider) throws(Failure) -> String {
        switch self {
        case .dashscope:
            try Endpoint(region: settings.region, workspace: settings.workspace, baseURL: settings.baseURL).root
        case .wavespeed: try WaveSpeedRoot(baseURL: settings.baseURL).text
        }
    }
}
