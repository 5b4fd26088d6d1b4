public import RenderCore

extension MemoryLedger {
    public func leave(_ picture: LeftPicture) { pictures.insert(picture) }
    public func leftPictures() -> [LeftPicture] { Array(pictures) }
    public func forget(_ pictures: [LeftPicture]) { self.pictures.subtract(pictures) }

    public func leaveDrop(of job: JobID) throws {
        guard jobs[job] != nil else { throw LedgerError.noSuchJob(job.text) }
        jobs[job]?.leftInPlace = true
    }
}
