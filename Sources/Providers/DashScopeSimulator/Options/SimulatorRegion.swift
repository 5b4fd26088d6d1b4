/// A deployment of the service. Keys, models and prices belong to one.
public enum SimulatorRegion: String, Sendable, Codable, CaseIterable {
    case beijing = "cn-beijing"
    case singapore = "ap-southeast-1"
    case virginia = "us-east-1"
    case hongKong = "cn-hongkong"
    case frankfurt = "eu-central-1"
    case tokyo = "ap-northeast-1"

    /// The word people use for it; a key that contains another region's word is refused.
    public var word: String {
        switch self {
        case .beijing: "beijing"
        case .singapore: "singapore"
        case .virginia: "virginia"
        case .hongKong: "hongkong"
        case .frankfurt: "frankfurt"
        case .tokyo: "tokyo"
        }
    }

    /// Reads an id (`cn-beijing`) or a word (`beijing`), in any case.
    public init?(name: String) {
        let name = name.lowercased()
        guard let found = Self.allCases.first(where: { $0.rawValue == name || $0.word == name }) else { return nil }
        self = found
    }
}

/// Whom a key belongs to.
public struct SimulatorKey: Sendable, Codable, Equatable {
    /// Main account: tasks, rate limits and bills are per account.
    public var account: String
    public var region: SimulatorRegion
    /// Shown in the task list.
    public var apiKeyID: String

    public init(account: String, region: SimulatorRegion, apiKeyID: String) {
        self.account = account
        self.region = region
        self.apiKeyID = apiKeyID
    }
}
