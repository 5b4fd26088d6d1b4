import RenderCore

/// The key in use: read when it is first needed, once its place has changed, and after it was refused.
actor WaveSpeedKeys {
    private let read: @Sendable () async throws -> WaveSpeedKey
    private let version: @Sendable () -> String?
    private let mark: @Sendable (String) -> String?
    private var key: WaveSpeedKey?
    /// The version of the place that was read last, successfully or not.
    private var seen: String?

    /// - Parameters:
    ///   - version: of the place where the key is read: another text once its content may have changed.
    ///   - mark: tells one key's text from every other's, and nothing else about it; nil: keys are not told apart.
    init(
        read: @escaping @Sendable () async throws -> WaveSpeedKey, version: @escaping @Sendable () -> String?,
        mark: @escaping @Sendable (String) -> String?
    ) {
        self.read = read
        self.version = version
        self.mark = mark
    }

    nonisolated func mark(of key: WaveSpeedKey) -> String? { mark(key.secret) }

    func current() async throws -> WaveSpeedKey {
        let version = version()
        if let key {
            guard version != seen else { return key }
            seen = version
            // A file that is being replaced may be missing for a moment: the former key stays in use until then.
            guard let fresh = try? await read(), self.key == key else { return self.key ?? key }
            self.key = fresh
            return fresh
        }
        seen = version
        let fresh = try await read()
        key = fresh
        return fresh
    }

    /// Another key than the refused one, if there is one by now.
    func replacement(for refused: WaveSpeedKey) async throws -> WaveSpeedKey? {
        if let key, key != refused { return key }
        key = nil
        seen = version()
        let fresh = try await read()
        guard fresh != refused else { return nil }
        key = fresh
        return fresh
    }
}
