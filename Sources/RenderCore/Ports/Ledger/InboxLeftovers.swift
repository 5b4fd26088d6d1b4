/// Files that stay in the inbox although a job has a copy of them: pictures that another job file may name, and drops that
/// cannot be moved.
///
/// - Throws: `LedgerError`.
public protocol InboxLeftovers: Sendable {
    /// Records a picture that stays in the inbox. A repetition changes nothing.
    func leave(_ picture: LeftPicture) async throws
    /// All recorded pictures, in no particular order.
    func leftPictures() async throws -> [LeftPicture]
    func forget(_ pictures: [LeftPicture]) async throws
    /// Records that the job's drop is still in the inbox. A fact about the inbox, which moves neither the job nor a
    /// render; the job may have ended. Throws `.noSuchJob`.
    func leaveDrop(of job: JobID) async throws
}
