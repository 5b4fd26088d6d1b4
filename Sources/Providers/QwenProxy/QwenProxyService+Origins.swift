import ProviderSupport
public import RenderCore

extension QwenProxyService: SubmitOrigins {
    public func currentOrigin() async throws -> SubmitOrigin {
        SubmitOrigin(apiRoot: apiRoot, keyMark: try await calls.keyMark())
    }

    public func service(for origin: SubmitOrigin) async -> (any RenderService)? {
        guard let mark = origin.keyMark else { return nil }
        let place = origin.apiRoot.map { $0 == apiRoot ? root : try? QwenProxyRoot(baseURL: $0) } ?? root
        // What is no root any more cannot be asked: as if the key were missing.
        guard let place else { return nil }
        if mark == calls.mark("") { return sameWithKey(place, nil) }
        guard let key = await keysAtHand().first(where: { calls.keys?.mark(of: $0) == mark }) else { return nil }
        return sameWithKey(place, key)
    }
}
