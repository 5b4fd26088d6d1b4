public import struct Foundation.Date

/// A model that a render was planned for and did not get.
public struct FormerChoice: Sendable, Codable, Equatable {
    public var model: String
    public var provider: String
    /// Nil: the provider's first.
    public var account: String?
    /// Why: the provider's code, or one of ours.
    public var code: String
    public var message: String
    public var at: Date

    public init(model: String, provider: String, account: String?, code: String, message: String, at: Date) {
        self.model = model
        self.provider = provider
        self.account = account
        self.code = code
        self.message = message
        self.at = at
    }
}
