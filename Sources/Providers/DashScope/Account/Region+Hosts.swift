import RenderCore

/// Which host answers for a region.
extension Region {
    /// The host for keys without a workspace; nil where the provider has none.
    var sharedHost: String? {
        switch self {
        case .beijing: "dashscope.aliyuncs.com"
        case .singapore: "dashscope-intl.aliyuncs.com"
        case .virginia: "dashscope-us.aliyuncs.com"
        case .hongkong: "cn-hongkong.dashscope.aliyuncs.com"
        case .frankfurt, .tokyo: nil
        }
    }

    func workspaceHost(_ workspace: String) -> String { "\(workspace).\(id).maas.aliyuncs.com" }

    /// The region whose host this is.
    static func owning(host: String) -> Region? {
        allCases.first { $0.sharedHost == host || host.hasSuffix(".\($0.id).maas.aliyuncs.com") }
    }
}
