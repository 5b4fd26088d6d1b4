import ProviderSupport
public import RenderCore

extension DashScopeService: SubmitOrigins {
    public func currentOrigin() async throws -> SubmitOrigin {
        SubmitOrigin(apiRoot: apiRoot, keyMark: client.keys.mark(of: try await client.keys.current()))
    }

    public func service(for origin: SubmitOrigin) async -> (any RenderService)? {
        guard let mark = origin.keyMark, let key = await keysAtHand().first(where: { client.keys.mark(of: $0) == mark })
        else { return nil }
        guard let root = origin.apiRoot, root != apiRoot else { return sameWithKey(endpoint, key) }
        // What is no root any more cannot be asked: as if the key were missing.
        guard let former = try? Endpoint(region: region, baseURL: root) else { return nil }
        return sameWithKey(former, key)
    }
}
