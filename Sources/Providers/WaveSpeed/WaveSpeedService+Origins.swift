import ProviderSupport
public import RenderCore

extension WaveSpeedService: SubmitOrigins {
    public func currentOrigin() async throws -> SubmitOrigin {
        SubmitOrigin(apiRoot: apiRoot, keyMark: calls.keys.mark(of: try await calls.keys.current()))
    }

    public func service(for origin: SubmitOrigin) async -> (any RenderService)? {
        guard let mark = origin.keyMark, let key = await keysAtHand().first(where: { calls.keys.mark(of: $0) == mark })
        else { return nil }
        guard let text = origin.apiRoot, text != apiRoot else { return sameWithKey(root, key) }
        // What is no root any more cannot be asked: as if the key were missing.
        guard let former = try? WaveSpeedRoot(baseURL: text) else { return nil }
        return sameWithKey(former, key)
    }
}
