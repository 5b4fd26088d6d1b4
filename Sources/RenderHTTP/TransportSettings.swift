/// What is the same for every transfer of one transport.
struct TransportSettings: Sendable {
    let network: NetworkEnvironment
    let userAgent: String
    let maxConnectionsPerHost: Int
}
