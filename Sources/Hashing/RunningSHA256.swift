import CCrypto

/// Computes a SHA-256 while the bytes pass by. Owns one libcrypto context.
///
/// Nil and false mean that libcrypto failed, for want of memory as a rule; the digest is lost then.
public final class RunningSHA256 {
    private let context: OpaquePointer

    public init?() {
        guard let context = EVP_MD_CTX_new() else { return nil }
        self.context = context
        guard restart() else { return nil }
    }

    deinit { EVP_MD_CTX_free(context) }

    public func restart() -> Bool { EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 }

    public func update(_ bytes: UnsafeRawBufferPointer) -> Bool {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
    }

    /// Lower-case hexadecimal. Afterwards only `restart` may be called.
    public func finish() -> String? {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        guard EVP_DigestFinal_ex(context, &digest, &count) == 1, count == 32 else { return nil }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
