/// Reads drops of one kind into requests for renders. Pure: opens and sends nothing, and knows no clock.
///
/// A new kind of drop is one reader, and one line where the readers are listed.
public protocol DropReader: Sendable {
    /// For logs and rows: `job-file`.
    var kind: String { get }

    /// The most bytes of a drop that `read` is given. Zero: the name alone is enough, as for a photo.
    var bytesMax: Int { get }

    /// Whether a file of this name is a drop of this kind. A file that no reader recognizes stays in the inbox.
    ///
    /// - Parameter name: the last component of a regular file's path; not one of renderdrop's own names.
    func recognizes(_ name: String) -> Bool

    /// The requests in a drop, each with its own diagnostics.
    func read(_ drop: Drop) -> DropReading

    /// The reading of another text in the drop's place: finds out whether one changed character explains all errors.
    ///
    /// - Returns: nil for kinds that are no text.
    func read(text: String) -> DropReading?
}

extension DropReader {
    public var bytesMax: Int { TextDecoding.bytesMax }
    public func read(text: String) -> DropReading? { nil }
}

/// One drop: the file that makes it a drop. Further files that belong to it are the references of its requests; they
/// are moved into the job's folder together with it.
public struct Drop: Sendable, Equatable {
    /// The last component of its path.
    public var name: String
    /// At most the reader's `bytesMax`.
    public var bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}
