import CLinux
import RenderCore

extension Descriptor {
    /// What a file of media says of itself: both ends, and what its reader looks for between them, wherever the descriptor stands.
    func sample() throws(FileError) -> MediaSample {
        let bytes = try facts().bytes
        let part = MediaSample.partBytes
        let head = try read(from: 0, count: part)
        let tail = try bytes > part ? read(from: bytes - part, count: part) : head
        return try sample(head: head, tail: tail, bytes: bytes)
    }

    /// The same where both ends are at hand already.
    func sample(head: [UInt8], tail: [UInt8], bytes: Int) throws(FileError) -> MediaSample {
        var failure: FileError?
        let sample = MediaSample(head: head, tail: tail, bytes: bytes, endsInHole: endsInHole(bytes)) { offset, count in
            do throws(FileError) {
                return try self.read(from: offset, count: count)
            } catch {
                failure = error
                return nil
            }
        }
        if let failure { throw failure }
        return sample
    }

    /// Whether nothing was ever written to the file's end, as far as the file system tells: a file that has its full size from the start
    /// of a copy. File systems that keep no holes say that all of it is data.
    private func endsInHole(_ bytes: Int) -> Bool {
        // Less is no block.
        guard bytes > 4096 else { return false }
        return clinux_ends_in_hole(raw, bytes) == 1
    }
}
