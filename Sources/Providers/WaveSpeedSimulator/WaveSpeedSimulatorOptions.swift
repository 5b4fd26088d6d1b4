import Foundation

/// How the simulator behaves. What the sources leave open is a switch; each default is the likeliest reading.
public struct WaveSpeedSimulatorOptions: Sendable, Codable, Equatable {
    /// Whether a request with an unknown field, or a quote for a model that is not there, is refused.
    public enum Reaction: String, Sendable, Codable { case refuse, accept }
    /// How an output stands in an answer.
    public enum OutputForm: String, Sendable, Codable { case link, object }
    /// How the history is asked for.
    public enum History: String, Sendable, Codable { case post, get, both, none }

    public var host = "127.0.0.1"
    public var port = 0
    /// How many times faster than the real provider.
    public var speed = 1.0
    /// Keys that are accepted; empty: every key.
    public var keys: [String] = []
    /// What is on the account, in dollars.
    public var balance = 25.0
    /// Whether the limits of the account's level hold. The numbers are those of a new account.
    public var limits = true
    public var picturesPerMinute = 10
    public var filmsPerMinute = 5
    /// Further tasks wait as `created`.
    public var running = 3
    public var pictureSeconds = 6.0
    public var filmSeconds = 60.0
    /// After so long a task, its outputs and its uploads are gone.
    public var retentionSeconds = 7.0 * 86_400
    /// How long a new task stays invisible in the history.
    public var historyLagSeconds = 0.0
    public var history = History.both
    /// Whether the history and the result repeat `input`.
    public var echoesInput = true
    public var unknownFields = Reaction.refuse
    public var outputForm = OutputForm.link
    public var flagsUnsafe = false
    /// The prediction itself, without the envelope.
    public var bareAnswers = false
    /// Whether upload tickets are there; `refuse` answers 404.
    public var tickets = Reaction.accept
    /// Whether the newer path for prices is there; `refuse` answers 404.
    public var newPricePath = Reaction.accept
    public var dataURIBytesMax = 20 << 20
    /// How long a call with `enable_sync_mode` may take before it is answered with task code 5004.
    public var syncSeconds = 90.0
    public var faults: [WaveSpeedFault] = []

    public init() {}

    /// Reads any subset; the others keep their defaults.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
            value = try box.decodeIfPresent(Value.self, forKey: key) ?? value
        }
        try read(.host, &host)
        try read(.port, &port)
        try read(.speed, &speed)
        try read(.keys, &keys)
        try read(.balance, &balance)
        try read(.limits, &limits)
        try read(.picturesPerMinute, &picturesPerMinute)
        try read(.filmsPerMinute, &filmsPerMinute)
        try read(.running, &running)
        try read(.pictureSeconds, &pictureSeconds)
        try read(.filmSeconds, &filmSeconds)
        try read(.retentionSeconds, &retentionSeconds)
        try read(.historyLagSeconds, &historyLagSeconds)
        try read(.history, &history)
        try read(.echoesInput, &echoesInput)
        try read(.unknownFields, &unknownFields)
        try read(.outputForm, &outputForm)
        try read(.flagsUnsafe, &flagsUnsafe)
        try read(.bareAnswers, &bareAnswers)
        try read(.tickets, &tickets)
        try read(.newPricePath, &newPricePath)
        try read(.dataURIBytesMax, &dataURIBytesMax)
        try read(.syncSeconds, &syncSeconds)
        try read(.faults, &faults)
    }
}
