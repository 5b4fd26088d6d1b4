/// A region of the provider: model, host and key must belong to the same region.
public enum Region: String, Sendable, CaseIterable {
    case beijing, singapore, virginia, hongkong, frankfurt, tokyo

    /// Takes our words, the provider's ids (`ap-southeast-1`) and what people write (`Hong Kong`, `us`, `intl`).
    public init?(named word: String) {
        let folded = word.lowercased().filter { $0.isLetter || $0.isNumber }
        let known = Self.allCases.first { region in
            folded == region.rawValue || region.id.filter({ $0 != "-" }) == folded || region.otherWords.contains(folded)
        }
        guard let known else { return nil }
        self = known
    }

    /// The provider's id, as its workspace hosts carry it.
    public var id: String {
        switch self {
        case .beijing: "cn-beijing"
        case .singapore: "ap-southeast-1"
        case .virginia: "us-east-1"
        case .hongkong: "cn-hongkong"
        case .frankfurt: "eu-central-1"
        case .tokyo: "ap-northeast-1"
        }
    }

    /// As people write it.
    public var title: String {
        switch self {
        case .beijing: "Beijing"
        case .singapore: "Singapore"
        case .virginia: "Virginia"
        case .hongkong: "Hong Kong"
        case .frankfurt: "Frankfurt"
        case .tokyo: "Tokyo"
        }
    }

    private var otherWords: [String] {
        switch self {
        case .beijing: ["cn", "china"]
        case .singapore: ["intl", "international", "sg"]
        case .virginia: ["us", "usvirginia"]
        case .hongkong: ["hk"]
        case .frankfurt: ["eu", "germany"]
        case .tokyo: ["jp", "japan"]
        }
    }
}
