import Foundation
import Glibc

/// Reports when a descriptor is readable, from a thread of its own, until it is released.
///
/// A dispatch source would do the same. But on Linux a source that is canceled while its event is being handled can
/// crash the process (`_dispatch_event_loop_drain`): seen in test runs that create and end hundreds of them.
final class ReadableWatch: Sendable {
    /// Closed at the end; the thread notices it on the other end.
    private let leash: Int32

    /// Takes ownership of the descriptor and closes it at the end.
    ///
    /// - Parameter onReadable: called on the thread, repeatedly while there is something to read.
    init(_ descriptor: Int32, onReadable: @escaping @Sendable () -> Void) throws(FileError) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            let failure = FileError(errno: errno, "watch", "a folder", .folder)
            close(descriptor)
            throw failure
        }
        leash = ends[1]
        let end = ends[0]
        let thread = Thread { Self.watch(descriptor, end, onReadable) }
        thread.name = "renderdrop.events"
        thread.start()
    }

    deinit { close(leash) }

    private static func watch(_ descriptor: Int32, _ end: Int32, _ onReadable: () -> Void) {
        var waits = [descriptor, end].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while true {
            guard poll(&waits, nfds_t(waits.count), -1) >= 0 || errno == EINTR else { break }
            if waits[1].revents != 0 { break }
            if waits[0].revents != 0 { onReadable() }
            waits[0].revents = 0
        }
        close(descriptor)
        close(end)
    }
}
