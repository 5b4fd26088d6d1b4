/// Where results wait on the local disk while the outbox is out of reach. Nothing in it is only in memory: after a crash its
/// files say what is whole and what is not.
///
/// Keys are those of `Outbox.stage`. Functions throw `Failure` with fault `.folder`: `folder_gone`, `folder_denied`,
/// `disk_full`, `io_error`.
public protocol Depot: Sendable {
    /// A download in progress, as `Outbox.stage` has it.
    func stage(_ key: String) async throws -> any StagedFile

    /// Marks a finished staged file as whole, under the digest that it came with.
    func keep(_ key: String, facts: StagedFacts) async throws

    /// A file that is whole, hashed again; nil where there is none. One whose bytes are not those that came is thrown
    /// away: it is none.
    func kept(_ key: String) async throws -> StagedFacts?

    /// Up to a mebibyte of a whole file from `offset` on; empty at its end. Throws `file_gone` where it is not there.
    func read(_ key: String, from offset: Int) async throws -> [UInt8]

    /// Removes what is there under this key, whole or not.
    func remove(_ key: String) async throws

    /// Everything that lies there, whole or not, in order.
    func keys() async throws -> [String]

    /// Those under which a whole file lies, as it seems: none is hashed.
    func wholeKeys() async throws -> [String]
}

/// What names one output in staging and in the depot: `JOB-00001-2`.
public struct ResultKey: Sendable, Hashable, CustomStringConvertible {
    public var render: RenderID
    /// The provider's index, from one.
    public var index: Int

    public init(_ render: RenderID, _ index: Int) {
        self.render = render
        self.index = index
    }

    /// Nil where it is none of ours.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let job = JobID(parts[0]), let number = Int(parts[1]), let index = Int(parts[2]),
            number > 0, index > 0
        else { return nil }
        self.init(RenderID(job: job, number: number), index)
    }

    public var description: String { "\(render.job)-\(render.number)-\(index)" }
}
