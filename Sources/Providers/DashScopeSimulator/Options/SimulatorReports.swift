/// One request that the simulator received.
public struct ReceivedRequest: Sendable, Codable, Equatable {
    /// From 1, in order of arrival.
    public var number: Int
    /// RFC 3339, UTC.
    public var at: String
    public var kind: RequestKind
    public var method: String
    /// Path and query as they came.
    public var target: String
    /// Lower-case names; the key in `authorization` is replaced by its id.
    public var headers: [String: String]
    /// A JSON body with every `data:` URI shortened to digest and length; nil if there was none.
    public var body: String?
    /// Status of the answer; 0 while there is none, or if the connection was closed without one.
    public var status: Int
    /// Which fault struck, if one did.
    public var fault: FaultAction.Kind?
}

/// What an account would have to pay.
public struct PaidAccount: Sendable, Codable, Equatable {
    public var account: String
    /// Accepted submits, successful or not.
    public var submits: Int
    /// Images that were made.
    public var images: Int
    /// Films that were made, and their seconds with those of the input that are billed.
    public var films: Int
    public var seconds: Double
    public var cny: Double
    /// Images and films by model.
    public var models: [String: Int]
}

/// One task or synchronous call, as the simulator knows it.
public struct SimulatedTaskReport: Sendable, Codable, Equatable {
    public var taskID: String
    /// Of the submit.
    public var requestID: String
    public var account: String
    public var apiKeyID: String
    public var model: String
    public var status: String
    public var prompt: String
    public var isSync: Bool
    /// Asked for, as are the films.
    public var images: Int
    public var films: Int
}
