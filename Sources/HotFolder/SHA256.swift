import CCrypto
import Glibc
import RenderCore

/// Owns one running SHA-256.
final class SHA256 {
    private let context: OpaquePointer

    init() throws(FileError) {
        guard let context = EVP_MD_CTX_new() else { throw FileError(errno: ENOMEM, "hash", "a file") }
        self.context = context
        try restart()
    }

    deinit { EVP_MD_CTX_free(context) }

    func restart() throws(FileError) {
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            throw FileError(errno: EIO, "hash", "a file")
        }
    }

    func update(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else {
            throw FileError(errno: EIO, "hash", "a file")
        }
    }

    /// Lower-case hexadecimal. Afterwards only `restart` may be called.
    func finish() throws(FileError) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        guard EVP_DigestFinal_ex(context, &digest, &count) == 1, count == 32 else {
            throw FileError(errno: EIO, "hash", "a file")
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// What one reading of a file found.
struct FileDigest {
    var bytes: Int
    var sha256: String
    /// Of the bytes that were hashed, whatever becomes of the file.
    var sample: MediaSample

    /// Reads a file to its end.
    ///
    /// - Parameter copy: gets every byte as well.
    static func of(_ file: Descriptor, copyingTo copy: Descriptor? = nil) throws(FileError) -> FileDigest {
        let hash = try SHA256()
        var ends = SampleCollector()
        try file.forEachChunk { (chunk) throws(FileError) in
            try hash.update(chunk)
            try copy?.write(chunk)
            ends.add(chunk)
        }
        return FileDigest(bytes: ends.bytes, sha256: try hash.finish(), sample: ends.sample)
    }
}
