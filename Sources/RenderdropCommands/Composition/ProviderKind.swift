import CEmbedded
import DashScope
import QwenProxy
import RenderCore
import WaveSpeed

/// The providers that this program knows, and what each of them needs besides its service.
enum ProviderKind: String, Sendable, CaseIterable {
    case dashscope, wavespeed
    case qwenProxy = "qwen-proxy"

    /// The one that settings without `accounts:` describe.
    static let first = ProviderKind.dashscope

    /// What settings need to know.
    var known: KnownProvider {
        switch self {
        case .dashscope:
            KnownProvider(rawValue, hasRegions: true, baseURLExample: "https://dashscope.aliyuncs.com/api/v1")
        case .wavespeed: KnownProvider(rawValue, hasRegions: false, baseURLExample: WaveSpeedRoot.standard)
        case .qwenProxy:
            KnownProvider(
                rawValue, hasRegions: false, baseURLExample: QwenProxyRoot.example,
                dialects: ProxyDialect.allCases.map(\.word))
        }
    }

    /// Environment variables that may hold its key; the first that is set counts.
    var keyVariables: [String] {
        switch self {
        case .dashscope: ["DASHSCOPE_API_KEY", "QWEN_API_KEY"]
        case .wavespeed: ["WAVESPEED_API_KEY"]
        // It usually takes none; `key_file` or `key_env` of an account names one.
        case .qwenProxy: []
        }
    }

    /// False: without a key an account of it is whole, and the variable with its address opts in.
    var needsKey: Bool { self != .qwenProxy }

    /// The environment variable that adds an account of it.
    var optInVariable: String? { needsKey ? keyVariables.first : baseURLVariable }

    /// The environment variable with the base URL of accounts that name none; nil: settings read it.
    var baseURLVariable: String? {
        switch self {
        case .dashscope: nil
        case .wavespeed: "WAVESPEED_BASE_URL"
        case .qwenProxy: "QWEN_PROXY_URL"
        }
    }

    /// The name of its key among the credentials of a service manager; nil: it is not looked for there.
    var credential: String? { needsKey ? rawValue + "_api_key" : nil }

    /// How its requests are spelled.
    var spelling: any RequestSpelling {
        switch self {
        case .dashscope: ModelStudioSpelling()
        case .wavespeed: WaveSpeedSpelling()
        case .qwenProxy: QwenProxySpelling()
        }
    }

    /// Its rows, as they travel inside the binary.
    var rows: String {
        switch self {
        case .dashscope: Embedded.text(renderdrop_models_yaml)
        case .wavespeed: Embedded.text(renderdrop_wavespeed_yaml)
        case .qwenProxy: Embedded.text(renderdrop_qwen_proxy_yaml)
        }
    }

    /// The file of these rows, for messages.
    var rowsFile: String {
        switch self {
        case .dashscope: "models.yaml"
        case .wavespeed: "wavespeed.yaml"
        case .qwenProxy: "qwen-proxy.yaml"
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
        case .qwenProxy: try QwenProxyRoot(baseURL: settings.baseURL).text
        }
    }
}
