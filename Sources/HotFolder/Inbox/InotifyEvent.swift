import Glibc

/// One event, copied out of the kernel's buffer.
struct InotifyEvent: Equatable {
    var watch: Int32
    var mask: UInt32
    /// Without the padding; empty for events of the folder itself.
    var name: [UInt8]

    func has(_ flag: Int) -> Bool { mask & UInt32(truncatingIfNeeded: flag) != 0 }
    var isFolder: Bool { has(Int(IN_ISDIR)) }

    /// Takes apart what one `read` returned: watch, mask, cookie, length of the name, name padded with NUL.
    static func parse(_ buffer: UnsafeRawBufferPointer) -> [InotifyEvent] {
        var events: [InotifyEvent] = []
        var at = 0
        while at + 16 <= buffer.count {
            let watch = buffer.loadUnaligned(fromByteOffset: at, as: Int32.self)
            let mask = buffer.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self)
            let length = Int(buffer.loadUnaligned(fromByteOffset: at + 12, as: UInt32.self))
            guard at + 16 + length <= buffer.count else { break }
            events.append(
                InotifyEvent(
                    watch: watch, mask: mask, name: Array(buffer[(at + 16)..<(at + 16 + length)].prefix { $0 != 0 })))
            at += 16 + length
        }
        return events
    }
}
