import Glibc

/// Names of users and groups, if this system knows them.
enum Account {
    /// The user that this process runs as.
    static var me: String { name(geteuid()) }

    static func name(_ user: uid_t) -> String { OwnerName.of(user) ?? "\(user)" }

    /// The group that new files of this process get.
    static var group: String {
        var size = 1024
        while size <= 1 << 20 {
            var entry = GroupEntry()
            var result: UnsafeMutablePointer<GroupEntry>?
            let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            guard let start = buffer.baseAddress else { break }
            let code = getgrgid_r(getegid(), &entry, start, size, &result)
            if code == ERANGE {
                size *= 4
                continue
            }
            guard code == 0, result != nil, let name = entry.gr_name else { break }
            return String(cString: name)
        }
        return "\(getegid())"
    }

    /// `it belongs to anna, mode 0600`
    static func words(_ facts: FileFacts) -> String {
        let mode = String(facts.mode & 0o7777, radix: 8)
        return
            "it belongs to \(name(facts.owner)), mode \(String(repeating: "0", count: max(0, 4 - mode.count)))\(mode)"
    }
}

// `group` is also a property above, which hides the C struct of that name.
private typealias GroupEntry = group
