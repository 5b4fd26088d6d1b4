import Foundation
import Glibc
import Synchronization

/// Plain sockets on 127.0.0.1: every connection runs the script on a thread of its own.
///
/// The script ends by returning or throwing, which closes the connection. Stopped in `deinit`.
final class ScriptedServer: Sendable {
    typealias Script = @Sendable (Peer, _ connection: Int) throws -> Void

    private struct State {
        var accepted = 0
        var isStopped = false
        var sockets: Set<Int32> = []
    }

    /// Outlives the server object while connection threads end.
    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    let port: Int
    private let listener: Int32
    private let shared = Shared()

    var url: String { "http://127.0.0.1:\(port)" }
    var accepted: Int { shared.state.withLock { $0.accepted } }
    /// Every request that an `answering` server has read.
    var received: [ReceivedRequest] { log.current }

    struct SocketFailure: Error { let code = errno }

    private let log: Mutexed<[ReceivedRequest]>

    init(log: Mutexed<[ReceivedRequest]> = Mutexed([]), _ script: @escaping Script) throws {
        self.log = log
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 256) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard listening else { throw SocketFailure() }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [shared] in
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { break }
                let number: Int? = shared.state.withLock { state in
                    guard !state.isStopped else { return nil }
                    state.sockets.insert(socket)
                    state.accepted += 1
                    return state.accepted
                }
                guard let number else {
                    close(socket)
                    break
                }
                Thread.detachNewThread {
                    // A script that throws has lost its client, which is what some of them wait for.
                    try? script(Peer(socket), number)
                    shared.state.withLock { state in
                        _ = state.sockets.remove(socket)
                        _ = close(socket)
                    }
                }
            }
            close(listener)
        }
    }

    deinit {
        shared.state.withLock { state in
            state.isStopped = true
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// A server that reads requests with their bodies, notes them and answers each through `answer`.
    static func answering(
        _ answer: @escaping @Sendable (ReceivedRequest, Peer) throws -> Void
    ) throws -> ScriptedServer {
        let log = Mutexed<[ReceivedRequest]>([])
        return try ScriptedServer(log: log) { peer, _ in
            while true {
                let request = try peer.readRequest()
                try peer.readBody(request.length)
                log.value.withLock { $0.append(request) }
                try answer(request, peer)
            }
        }
    }
}

/// A mutex that can be captured.
final class Mutexed<Value: Sendable>: Sendable {
    let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    var current: Value { value.withLock { $0 } }
}
