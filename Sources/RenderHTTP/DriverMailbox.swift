import CCurl
import RenderCore
import Synchronization

/// What the driver's thread is asked to do.
enum DriverCommand: Sendable {
    case begin(TransferID, HTTPCall)
    /// The reader made room: a paused transfer goes on.
    case resume(TransferID)
    case abandon(TransferID)
    case stop
}

/// Commands from any thread to the driver's thread, which is woken for each.
final class DriverMailbox: Sendable {
    /// The multi handle, for `curl_multi_wakeup` only: the one call that libcurl allows from other threads.
    ///
    /// Invariant: used under the mailbox's lock, and removed there by `shut` before the handle is freed.
    private struct WakeSignal: @unchecked Sendable {
        let multi: UnsafeMutableRawPointer
    }

    private struct State {
        var commands: [DriverCommand] = []
        var wake: WakeSignal?
    }

    private let state = Mutex(State())

    /// From now on commands are taken. To be called before the thread starts.
    func open(multi: UnsafeMutableRawPointer) {
        let wake = WakeSignal(multi: multi)
        state.withLock { $0.wake = wake }
    }

    /// Dropped where the mailbox is shut: the thread has ended or never began.
    func post(_ command: DriverCommand) {
        state.withLock { state in
            guard let wake = state.wake else { return }
            state.commands.append(command)
            // Fails only for a broken handle, which the thread notices by itself.
            _ = curl_multi_wakeup(wake.multi)
        }
    }

    func take() -> [DriverCommand] {
        state.withLock { state in
            defer { state.commands = [] }
            return state.commands
        }
    }

    func shut() {
        state.withLock { state in
            state.wake = nil
            state.commands = []
        }
    }
}
