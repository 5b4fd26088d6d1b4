import CCrypto
import FoundationEssentials

/// Hashes from libcrypto, as the object store prints them.
enum Checksum {
    static func sha256(_ bytes: [UInt8]) -> [UInt8] { hash(bytes, EVP_sha256()) }

    static func sha256(_ text: String) -> [UInt8] { sha256(Array(text.utf8)) }

    /// Upper-case hex MD5: the ETag of a simple upload.
    static func md5Hex(_ bytes: [UInt8]) -> String { hex(hash(bytes, EVP_md5())).uppercased() }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// A number that depends on every byte of the text, for deterministic choices.
    static func number(_ text: String) -> UInt64 {
        sha256(text).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func hash(_ bytes: [UInt8], _ type: OpaquePointer?) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        let ok = EVP_Digest(bytes, bytes.count, &out, &count, type, nil)
        // Fails only where a policy of the machine forbids the algorithm; an empty digest is then still stable.
        return ok == 1 ? Array(out.prefix(Int(count))) : []
    }
}
