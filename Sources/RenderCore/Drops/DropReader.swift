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

    /// Names of further files that belong to a drop of this name, if they lie beside it: `cat.txt` beside `cat.png`. They are taken with
    /// it, and `read` is given their bytes. A file that a reader recognizes as a drop of its own is none.
    func furtherNames(of name: String) -> [String]

    /// The most bytes of a further file that `read` is given.
    var furtherBytesMax: Int { get }

    /// The requests in a drop, each with its own diagnostics.
    func read(_ drop: Drop) -> DropReading

    /// The reading of another text in the drop's place: finds out whether one changed character explains all errors.
    ///
    /// - Returns: nil for kinds that are no text.
    func read(text: String) -> DropReading?
}

extension DropReader {
    public var bytesMax: Int { TextDecoding.bytesMax }
    public func furtherNames(of name: String) -> [String] { [] }
    public var furtherBytesMax: Int { TextDecoding.bytesMax }
    public func read(text: String) -> DropReading? { nil }
}

/// One drop: the file that makes it a drop, which may be a picture as well as a text, and the further files that its reader
/// names. The references of its requests are moved into the job's folder together with it, too.
public struct Drop: Sendable, Equatable {
    public struct Further: Sendable, Equatable {
        /// As the reader names it.
        public var name: String
        /// Nil: it is longer than the reader's `furtherBytesMax`.
        public var bytes: [UInt8]?

        public init(name: String, bytes: [UInt8]?) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// The last component of its path.
    public var name: String
    /// At most the reader's `bytesMax`.
    public var bytes: [UInt8]
    /// Those that are there, in the reader's order.
    public var further: [Further]

    public init(name: String, bytes: [UInt8], further: [Further] = []) {
        self.name = name
        self.bytes = bytes
        self.further = further
    }
}
