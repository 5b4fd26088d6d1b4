/// SHA-256 of bytes in memory.
public enum Digest {
    /// Lower-case hexadecimal. Throws `Failure` if the crypto library fails.
    public static func sha256(of bytes: [UInt8]) throws -> String {
        let hash = try SHA256()
        try bytes.withUnsafeBytes { try hash.update($0) }
        return try hash.finish()
    }
}
