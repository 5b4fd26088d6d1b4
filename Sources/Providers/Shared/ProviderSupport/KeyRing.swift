import RenderCore

/// The key in use: read when first needed, once its place has changed, and after it was refused.
package actor KeyRing {
    private let read: @Sendable () async throws -> APIKey
    private let version: @Sendable () -> String?
    private let mark: @Sendable (String) -> String?
    private var key: APIKey?
    /// The version of the place that was read last, successfully or not.
    private var seen: String?

    /// - Parameters:
    ///   - version: of the place where the key is read: another text once its content may have changed. Asked before each call, so it
    ///     must be cheap. nil: the key cannot change while the process runs.
    ///   - mark: tells one key's text from every other's, and nothing else about it; nil: keys are not told apart.
    package init(
        read: @escaping @Sendable () async throws -> APIKey, version: @escaping @Sendable () -> String? = { nil },
        mark: @escaping @Sendable (String) -> String?
    ) {
        self.read = read
        self.version = version
        self.mark = mark
    }

    package nonisolated func mark(of key: APIKey) -> String? { mark(key.secret) }

    package func current() async throws -> APIKey {
        let version = version()
        if let key {
            guard version != seen else { return key }
            seen = version
            // A file that is being replaced may be missing, empty or unreadable for a moment: the former key stays in use until then.
            // The beginning of a key looks like a key; the provider refuses it, and `replacement(for:)` reads again.
            guard let fresh = try? await read(), self.key == key else { return self.key ?? key }
            self.key = fresh
            return fresh
        }
        seen = version
        return try await readAgain()
    }

    /// Another key than the refused one, if there is one by now. Otherwise the next call reads again, so that a key that was
    /// exchanged on disk is found without a restart.
    package func replacement(for refused: APIKey) async throws -> APIKey? {
        if let key, key != refused { return key }  // somebody else has read it meanwhile
        key = nil
        seen = version()
        let fresh = try await readAgain()
        if fresh == refused {
            key = nil
            return nil
        }
        return fresh
    }

    private func readAgain() async throws -> APIKey {
        do {
            let fresh = try await read()
            key = fresh
            return fresh
        } catch let failure as Failure {
            throw failure
        } catch let error as CancellationError {
            throw error
        } catch {
            // The error's own words may quote what was read.
            throw Failure(
                .keyUnreadable, .apiKeyUnreadable(kind: "\(type(of: error))"), fault: .account, retryable: false)
        }
    }
}
