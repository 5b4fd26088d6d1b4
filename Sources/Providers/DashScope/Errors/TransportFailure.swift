import ProviderSupport
import RenderCore

extension Failure {
    /// An exchange that brought no answer, as people understand it.
    ///
    /// - Parameter origin: whom we asked, `https://host:port`.
    init(_ error: TransportError, origin: String, endpoint: Endpoint) {
        let isAPI = origin == endpoint.address.origin
        self.init(error, origin: origin, isAPI: isAPI, isBaseURLSet: isAPI && endpoint.isNamedByUser)
    }
}
