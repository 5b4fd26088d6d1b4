import Foundation

/// A fresh folder of one test (0700), removed with everything in it when the value goes.
public final class TemporaryDirectory: Sendable {
    /// Absolute, without a slash at its end.
    public let path: String

    public init(_ name: String = "renderdrop") throws {
        path = (NSTemporaryDirectory() as NSString).appendingPathComponent("\(name)-\(UUID().uuidString.lowercased())")
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        // What a test made unreadable stays in the temporary folder; the next clean-up takes it.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of something inside.
    public func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Names of all that is in it, sub-folders' contents included, sorted.
    public var contents: [String] {
        (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).sorted()
    }

    /// Writes a file, making the folders on its way.
    @discardableResult
    public func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let file = self(name)
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}
