import Glibc
import RenderCore
import Synchronization

/// Owns the thread that runs a `MultiLoop`, and ends it when nobody holds the driver any more.
final class MultiDriver: Sendable {
    let transfers = SharedTransfers()
    private let mailbox = DriverMailbox()
    /// The thread, until somebody ends it.
    private let thread = Mutex<pthread_t?>(nil)

    /// Where libcurl or the thread cannot be started, every exchange fails with the reason.
    init(_ settings: TransportSettings) {
        do {
            let loop = try MultiLoop(mailbox: mailbox, transfers: transfers, settings: settings)
            try start(loop)
        } catch {
            transfers.close(TransportError(.other, "HTTP does not work here: \(error.message)", mayHaveArrived: false))
        }
    }

    deinit { close() }

    func begin(_ id: TransferID, _ call: HTTPCall) { mailbox.post(.begin(id, call)) }

    func resume(_ id: TransferID) { mailbox.post(.resume(id)) }

    func abandon(_ id: TransferID) { mailbox.post(.abandon(id)) }

    /// Ends every exchange and returns when the thread has ended. Harmless when repeated.
    func close() {
        guard let ended = thread.withLock({ $0.take() }) else { return }
        mailbox.post(.stop)
        if pthread_equal(ended, pthread_self()) != 0 {
            // The last reference went away on the thread itself, which cannot wait for its own end.
            pthread_detach(ended)
        } else {
            pthread_join(ended, nil)
        }
    }

    private func start(_ loop: MultiLoop) throws(CurlError) {
        // The thread inherits a full signal mask: signals are for others, and a broken pipe is an error code here.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        // Handed over: from here on only the thread uses the loop.
        let context = Unmanaged.passRetained(loop)
        var started = pthread_t()
        let code = pthread_create(
            &started, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<MultiLoop>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            throw CurlError(message: Message.noNetworkThread(error: code).what)
        }
        thread.withLock { $0 = started }
    }
}
