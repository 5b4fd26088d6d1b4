/// How a simulator is set up. Every value has a default that behaves like the documented service in Beijing.
public struct SimulatorOptions: Sendable, Equatable {
    /// Address to listen on; a loopback address by default.
    public var host = "127.0.0.1"
    /// 0 takes a free port.
    public var port = 0
    public var region = SimulatorRegion.beijing
    /// Queueing and running times are divided by this; 1 is the documented pace.
    public var speed = 1.0
    /// Rate and running limits.
    public var limits = true
    /// Rate limits recover as fast as `speed` makes tasks run.
    public var limitsFollowSpeed = false
    /// Makes ids, jitter and probabilities repeatable.
    public var seed: UInt64 = 1
    /// Host name in result links, when it shall differ from the one that is listened on (`localhost`).
    public var resultHost: String?
    /// Known keys. A key that is not listed is accepted if it begins with `sk-` and `acceptsAnyKey` is true.
    public var keys: [String: SimulatorKey] = [:]
    public var acceptsAnyKey = true
    /// Account of keys that are not listed.
    public var defaultAccount = "1000000000000001"
    public var switches = SimulatorSwitches()
    public var faults: [FaultRule] = []

    public init() {}
}

extension SimulatorOptions: Codable {
    private enum CodingKeys: String, CodingKey {
        case host, port, region, speed, limits, limitsFollowSpeed, seed, resultHost, keys, acceptsAnyKey,
            defaultAccount, switches, faults
    }

    /// Reads any subset of the options; the others keep their defaults.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
            value = try box.decodeIfPresent(Value.self, forKey: key) ?? value
        }
        try read(.host, &host)
        try read(.port, &port)
        try read(.region, &region)
        try read(.speed, &speed)
        try read(.limits, &limits)
        try read(.limitsFollowSpeed, &limitsFollowSpeed)
        try read(.seed, &seed)
        resultHost = try box.decodeIfPresent(String.self, forKey: .resultHost)
        try read(.keys, &keys)
        try read(.acceptsAnyKey, &acceptsAnyKey)
        try read(.defaultAccount, &defaultAccount)
        try read(.switches, &switches)
        try read(.faults, &faults)
    }
}
