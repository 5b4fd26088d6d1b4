/// Calls the provider as an earlier submit did: at its root, with its key.
public protocol SubmitOrigins: Sendable {
    /// The origin of a submit that is sent now.
    ///
    /// - Throws: `Failure` with fault `.account` where there is no key.
    func currentOrigin() async throws -> SubmitOrigin

    /// A service with the root and key of that submit; nil if its key is not available.
    func service(for origin: SubmitOrigin) async -> (any RenderService)?
}
