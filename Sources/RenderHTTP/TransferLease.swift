import RenderCore

/// The caller's end of one exchange. Dropping it ends the exchange.
final class TransferLease: Sendable {
    private let driver: MultiDriver
    private let id: TransferID

    init(_ driver: MultiDriver) {
        self.driver = driver
        id = driver.transfers.reserve()
    }

    deinit {
        if driver.transfers.forget(id) { driver.abandon(id) }
    }

    /// Starts the exchange and waits for its final head.
    func begin(_ call: HTTPCall) async throws -> HTTPHead {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                if driver.transfers.start(id, waiter) { driver.begin(id, call) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// The next stretch of the body, nil at its end.
    func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { reader in
                if driver.transfers.read(id, reader) { driver.resume(id) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// The waiter is answered here and now; the driver takes the transfer down when it comes to it.
    private func cancel() {
        driver.transfers.cancel(id)
        driver.abandon(id)
    }
}
