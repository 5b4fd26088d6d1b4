import Glibc
import HTTPTypes
import Hummingbird
import NIOCore

/// Puts an answer on the wire, whole or spoilt by a fault.
struct Transmission {
    var answer: Answer
    var isHead: Bool
    var fault: FaultAction?
    var channel: (any Channel)?

    private struct Broken: Error {}

    func response() -> Response {
        var headers = HTTPFields()
        for header in answer.headers {
            if let name = HTTPField.Name(header.name) { headers.append(HTTPField(name: name, value: header.value)) }
        }
        // A rule may name any number; only these are final statuses.
        let status = HTTPResponse.Status(code: (200...599).contains(answer.status) ? answer.status : 500)
        headers[.contentLength] = String(answer.body.count)
        if isHead {
            return Response(status: status, headers: headers, body: ResponseBody { try await $0.finish(nil) })
        }
        if answer.status == 204 || answer.status == 304 {
            headers[.contentLength] = nil
            return Response(status: status, headers: headers, body: ResponseBody { try await $0.finish(nil) })
        }
        if let pieces = answer.pieces {
            headers[.contentLength] = nil
            return Response(
                status: status, headers: headers,
                body: ResponseBody { writer in
                    for index in 0..<pieces.count {
                        try await writer.write(ByteBuffer(bytes: try await pieces.piece(index)))
                    }
                    try await writer.finish(nil)
                })
        }
        switch fault?.type {
        case .truncate: return cut(status, headers, to: fault?.figure ?? 0)
        case .wrongContentLength:
            headers[.contentLength] = String(max(0, answer.body.count + (fault?.figure ?? 0)))
            return cut(status, headers, to: answer.body.count)
        case .slow:
            return paced(status, headers, step: (answer.body.count + 15) / 16, pause: (fault?.seconds ?? 0) / 16)
        case .drip:
            // At most twenty steps a second: whoever looks once a second must not see a lump.
            let rate = max(0.1, fault?.seconds ?? 1)
            let step = max(1, Int(rate / 20))
            return paced(status, headers, step: step, pause: Double(step) / rate)
        case .hang: return hang(status, headers, after: fault?.figure ?? 0)
        case .endless: return endless(status, headers)
        case nil, .status, .closeBeforeReading, .acceptThenClose, .acceptThenGarbage, .reset, .stall, .wrongContent,
            .ignoreRange, .otherFile, .garbage, .redirect, .taskFails, .partialFailure, .unknownQueries:
            return Response(
                status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        }
    }

    /// Sends so many bytes and closes the connection.
    private func cut(_ status: HTTPResponse.Status, _ headers: HTTPFields, to bytes: Int) -> Response {
        let part = ByteBuffer(bytes: answer.body.prefix(max(0, bytes)))
        let channel = channel
        return Response(
            status: status, headers: headers,
            body: ResponseBody { writer in
                try await writer.write(part)
                // Ends the connection in order: what was written still arrives.
                try await channel?.close()
                throw Broken()
            })
    }

    private func paced(
        _ status: HTTPResponse.Status, _ headers: HTTPFields, step: Int, pause seconds: Double
    ) -> Response {
        let bytes = answer.body
        let step = max(1, step)
        return Response(
            status: status, headers: headers,
            body: ResponseBody { writer in
                var at = 0
                while at < bytes.count {
                    try await writer.write(ByteBuffer(bytes: bytes[at..<min(bytes.count, at + step)]))
                    at += step
                    try await ContinuousClock().sleep(for: .seconds(seconds))
                }
                try await writer.finish(nil)
            })
    }

    /// Sends so many bytes, and then nothing until the peer has gone.
    private func hang(_ status: HTTPResponse.Status, _ headers: HTTPFields, after bytes: Int) -> Response {
        let part = ByteBuffer(bytes: answer.body.prefix(max(0, bytes)))
        let channel = channel
        return Response(
            status: status, headers: headers,
            body: ResponseBody { writer in
                try await writer.write(part)
                if let channel { try await Self.stall(channel) }
                throw Broken()
            })
    }

    /// Sends zeros behind the body until the peer has gone.
    private func endless(_ status: HTTPResponse.Status, _ headers: HTTPFields) -> Response {
        var headers = headers
        headers[.contentLength] = nil
        let start = ByteBuffer(bytes: answer.body)
        return Response(
            status: status, headers: headers,
            body: ResponseBody { writer in
                try await writer.write(start)
                let more = ByteBuffer(repeating: 0, count: 256 << 10)
                while true { try await writer.write(more) }
            })
    }

    // MARK: No answer at all

    /// Closes the connection; the response is never written.
    static func close(_ channel: any Channel) async -> Response {
        // A connection that is gone already is what was wanted.
        try? await channel.close()
        return Response(status: .badGateway)
    }

    /// Resets the connection: closing with a linger time of 0 sends RST instead of FIN.
    static func reset(_ channel: any Channel) async -> Response {
        if let options = channel as? any SocketOptionProvider {
            // Where it cannot be set, the close below is an ordinary one.
            try? await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        return await close(channel)
    }

    /// Says nothing until the peer has gone.
    static func stall(_ channel: any Channel) async throws -> Never {
        try await PeerWatch.untilGone(channel) {
            while true { try await ContinuousClock().sleep(for: .seconds(3600)) }
        }
        throw CancellationError()
    }
}
