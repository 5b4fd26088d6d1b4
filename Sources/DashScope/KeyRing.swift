import RenderCore

/// The key in use: read when first needed, and again after it was refused.
actor KeyRing {
    private let read: @Sendable () async throws -> APIKey
    private let mark: @Sendable (String) -> String?
    private var key: APIKey?

    /// - Parameter mark: tells one key's text from every other's, and nothing else about it; nil: keys are not told apart.
    init(read: @escaping @Sendable () async throws -> APIKey, mark: @escaping @Sendable (String) -> String?) {
        self.read = read
        self.mark = mark
    }

    nonisolated func mark(of key: APIKey) -> String? { mark(key.secret) }

    func current() async throws -> APIKey {
        if let key { return key }
        return try await readAgain()
    }

    /// Another key than the refused one, if there is one by now. Otherwise the next call reads again, so that a key that was
    /// exchanged on disk is found without a restart.
    func replacement(for refused: APIKey) async throws -> APIKey? {
        if let key, key != refused { return key }  // somebody else has read it meanwhile
        key = nil
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
                code: "key_unreadable", message: "the key could not be read (\(type(of: error)))",
                advice: "set DASHSCOPE_API_KEY, or check the file that key_file names and who may read it",
                fault: .account, retryable: false)
        }
    }
}
