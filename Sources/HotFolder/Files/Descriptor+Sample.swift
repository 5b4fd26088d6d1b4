import CLinux
import RenderCore

extension Descriptor {
    /// The parts of a media file that a probe needs: both ends, and what its reader needs between them. Independent of
    /// the descriptor's position.
    func sample() throws(FileError) -> MediaSample {
        let bytes = try facts().bytes
        let part = MediaSample.partBytes
        let head = try read(from: 0, count: part)
        let tail = try bytes > part ? read(from: bytes - part, count: part) : head
        return try sample(head: head, tail: tail, bytes: bytes)
    }

    /// The same if both ends have already been read.
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

    /// Whether the file's end was never written, as far as the file system reports holes: some copies give a file its
    /// full size at the start. File systems without holes report everything as data.
    private func endsInHole(_ bytes: Int) -> Bool {
        // Less is no block.
        guard bytes > 4096 else { return false }
        return clinux_ends_in_hole(raw, bytes) == 1
    }
}
