import HTTPTypes
import ProviderSupport
public import RenderCore

extension DashScopeService: QuotaTeller {
    public var quotaTeller: (any QuotaTeller)? { self }

    /// Not every host answers this: the newer ones of workspaces do, the shared ones are not known to.
    ///
    /// - Throws: `Failure`, `CancellationError`.
    /// - Source: Model Studio documentation, "List quotas", September 2026.
    public func quota(of model: String) async throws -> ModelQuota? {
        let answer: APIAnswer
        do {
            answer = try await client.ask(
                "/quotas", query: [("model", model), ("page_no", "1"), ("page_size", "20")],
                total: options.asyncTotal)
        } catch let error as TransportError {
            throw Failure(error, origin: endpoint.address.origin, endpoint: endpoint)
        }
        if [404, 405, 501].contains(answer.status) { return nil }
        guard answer.status == 200, answer.errorCode == nil else { throw client.failure(answer) }
        return answer.json.flatMap { QuotaAnswer.quota(of: model, in: $0) }
    }
}
