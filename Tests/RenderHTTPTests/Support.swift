import Foundation
import HTTPTypes
import RenderCore
import RenderHTTP
import Testing

func makeTransport(_ environment: [String: String] = [:], maxConnectionsPerHost: Int = 8) -> CurlTransport {
    CurlTransport(
        environment: environment, userAgent: "renderdrop/1.2.3", maxConnectionsPerHost: maxConnectionsPerHost)
}

/// The `TransportError` that the operation ends with.
func failure<Result>(
    _ operation: () async throws -> Result, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> TransportError {
    do {
        _ = try await operation()
    } catch let error as TransportError {
        return error
    }
    Issue.record("no error came", sourceLocation: sourceLocation)
    throw PeerGone()
}

extension HTTPAnswer {
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// A folder of its own, gone with the object.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "renderhttp-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }  // a left-over folder harms nobody

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}

/// FNV-1a over a stream.
struct StreamHash: Equatable {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325
    private(set) var count = 0

    mutating func add(_ bytes: some Sequence<UInt8>) {
        var value = value
        var count = count
        _ = bytes.withContiguousStorageIfAvailable { buffer in
            for byte in buffer { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
            count += buffer.count
        }
        self.value = value
        self.count = count
    }
}
