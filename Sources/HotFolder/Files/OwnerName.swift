import Glibc
import Synchronization

enum OwnerName {
    private static let known = Mutex<[uid_t: String?]>([:])
    private static let knownMax = 1000

    /// The login name of a user, if this system knows it. It is looked up once.
    static func of(_ user: uid_t) -> String? {
        if let name = known.withLock({ $0[user] }) { return name }
        let name = lookUp(user)
        known.withLock { known in
            if known.count >= knownMax { known = [:] }
            known[user] = .some(name)
        }
        return name
    }

    private static func lookUp(_ user: uid_t) -> String? {
        var size = 1024
        while size <= 1 << 20 {
            var entry = passwd()
            var result: UnsafeMutablePointer<passwd>?
            let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            guard let start = buffer.baseAddress else { return nil }
            let code = getpwuid_r(user, &entry, start, size, &result)
            if code == ERANGE {
                size *= 4
                continue
            }
            guard code == 0, result != nil, let name = entry.pw_name else { return nil }
            return String(cString: name)
        }
        return nil
    }
}
