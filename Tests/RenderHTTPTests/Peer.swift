import Glibc
import Synchronization

/// The client went away, or the server was stopped.
struct PeerGone: Error {}

/// A request as it stood on the wire.
struct ReceivedRequest: Sendable {
    var line: String
    var headers: [(name: String, value: String)]

    var method: String { String(line.prefix { $0 != " " }) }
    var target: String { String(line.split(separator: " ")[1]) }
    var length: Int { Int(self["content-length"] ?? "") ?? 0 }

    subscript(name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// One accepted connection, used by its script's thread.
final class Peer {
    let socket: Int32
    private var unread: [UInt8] = []

    init(_ socket: Int32) { self.socket = socket }

    /// Reads up to the empty line.
    func readRequest() throws -> ReceivedRequest {
        let mark = Array("\r\n\r\n".utf8)
        var searched = 0
        while true {
            if let end = (searched..<max(searched, unread.count - 3)).first(where: {
                unread[$0..<($0 + 4)].elementsEqual(mark)
            }) {
                let lines = String(decoding: unread[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
                unread.removeFirst(end + 4)
                let headers = lines.dropFirst().map { line in
                    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                    return (String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
                }
                return ReceivedRequest(line: lines[0], headers: headers)
            }
            searched = max(0, unread.count - 3)
            unread += try receive()
        }
    }

    /// Reads `count` bytes of a body, stretch by stretch.
    func readBody(_ count: Int, _ take: (ArraySlice<UInt8>) -> Void = { _ in }) throws {
        var left = count
        while left > 0 {
            if unread.isEmpty { unread = try receive() }
            let step = min(left, unread.count)
            take(unread[..<step])
            unread.removeFirst(step)
            left -= step
        }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw PeerGone() }
            sent += count
        }
    }

    /// An answer with a Content-Length.
    func answer(_ status: String, _ body: String = "", headers: [String] = []) throws {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers
        try send(lines.map { $0 + "\r\n" }.joined() + "\r\n" + body)
    }

    /// Sends and calls `blocked` with the bytes sent so far whenever the socket takes none for half a second.
    func send(_ bytes: [UInt8], blocked: (Int) -> Void) throws {
        var sent = 0
        while sent < bytes.count {
            var entry = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
            if poll(&entry, 1, 500) == 0 {
                blocked(sent)
                poll(&entry, 1, -1)
            }
            // Without waiting: a blocking send would sit on its last bytes unseen.
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    socket, $0.baseAddress.map { $0 + sent }, bytes.count - sent,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count < 0 && errno == EAGAIN { continue }
            guard count > 0 else { throw PeerGone() }
            sent += count
        }
    }

    /// Returns when the client has closed the connection.
    func waitForClose() {
        while (try? receive()) != nil {}
    }

    /// The next close sends RST instead of FIN.
    func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    }

    /// How much of what is sent the kernel keeps on this side.
    func limitSendBuffer(_ bytes: Int32) {
        var bytes = bytes
        setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }

    private func receive() throws -> [UInt8] {
        let room = 64 << 10
        let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            count = max(0, recv(socket, buffer.baseAddress, room, 0))
        }
        guard !bytes.isEmpty else { throw PeerGone() }
        return bytes
    }
}
