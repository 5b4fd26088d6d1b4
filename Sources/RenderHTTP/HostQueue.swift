/// Lets a bounded number of transfers per host begin; the others wait their turn, first come, first served.
///
/// libcurl can bound connections by itself, but keeps all waiting transfers in one list and tries only its head when a
/// connection comes free: one busy host then holds up the others.
struct HostQueue {
    private struct Line {
        var active = 0
        var waiting: [TransferID] = []
    }

    private let activeMax: Int
    private var lines: [String: Line] = [:]

    init(activeMax: Int) {
        self.activeMax = max(1, activeMax)
    }

    /// True where the transfer may begin now; it then holds a place until `leave`.
    mutating func enter(_ id: TransferID, host: String) -> Bool {
        var line = lines[host] ?? Line()
        defer { lines[host] = line }
        guard line.active < activeMax else {
            line.waiting.append(id)
            return false
        }
        line.active += 1
        return true
    }

    /// Gives a place back. Returns the transfer that takes it over, if one waits.
    mutating func leave(host: String) -> TransferID? {
        guard var line = lines[host] else { return nil }
        if !line.waiting.isEmpty {
            let next = line.waiting.removeFirst()
            lines[host] = line
            return next
        }
        line.active -= 1
        lines[host] = line.active > 0 ? line : nil
        return nil
    }

    /// Takes a transfer that has not begun out of the line. False where it does not wait: it holds a place.
    mutating func withdraw(_ id: TransferID, host: String) -> Bool {
        guard let index = lines[host]?.waiting.firstIndex(of: id) else { return false }
        lines[host]?.waiting.remove(at: index)
        return true
    }
}
