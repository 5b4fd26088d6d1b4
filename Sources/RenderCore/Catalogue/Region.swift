/// Regions of the provider, under the names that renderdrop uses.
public enum Region: String, Sendable, CaseIterable {
    case beijing, singapore, virginia, hongkong, frankfurt, tokyo

    /// Takes the provider's names too: `cn-beijing`, `ap-southeast-1`, `us-east-1`, ….
    public init?(named name: String) {
        switch name.lowercased().filter({ $0 != " " && $0 != "_" }) {
        case "beijing", "cn-beijing", "cn", "china": self = .beijing
        case "singapore", "ap-southeast-1", "intl", "international", "sg": self = .singapore
        case "virginia", "us-east-1", "us", "usa": self = .virginia
        case "hongkong", "hong-kong", "cn-hongkong", "hk": self = .hongkong
        case "frankfurt", "eu-central-1", "eu", "germany": self = .frankfurt
        case "tokyo", "ap-northeast-1", "japan", "jp": self = .tokyo
        default: return nil
        }
    }
}
