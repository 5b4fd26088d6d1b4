/// Speaks with the provider as an earlier submit did: at its root, with its key.
public protocol SubmitOrigins: Sendable {
    /// The origin of a submit that is sent now.
    ///
    /// - Throws: `Failure` with fault `.account` where there is no key.
    func currentOrigin() async throws -> SubmitOrigin

    /// A service that asks as that submit did; nil where its key is not at hand.
    func service(for origin: SubmitOrigin) async -> (any RenderService)?
}
