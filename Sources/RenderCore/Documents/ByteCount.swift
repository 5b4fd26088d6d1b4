/// Amounts of bytes as people write them: `512MB`, decimal units with their usual names, binary units with an `i`.
public enum ByteCount {
    private static let units: [(name: String, bytes: Double)] = [
        ("kib", 1024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("tib", 1_099_511_627_776), ("kb", 1e3), ("mb", 1e6),
        ("gb", 1e9), ("tb", 1e12), ("b", 1),
    ]

    /// `500MB`, `1.5 GB`, `512MiB`, `0`; nil without a unit, or above a petabyte.
    public static func bytes(_ text: String) -> Int? {
        let text = text.lowercased()
        if text == "0" { return 0 }
        let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
        let name = text.dropFirst(digits.count).drop { $0 == " " }
        guard let unit = units.first(where: { $0.name == name }),
            let number = ScalarReading.number(String(digits))
        else { return nil }
        let bytes = number * unit.bytes
        return bytes <= 1e15 ? Int(bytes.rounded()) : nil
    }

    /// `512 MB`, `1.5 GB`
    public static func words(_ bytes: Int) -> String {
        for (name, size) in [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)]
        where bytes >= size {
            let tenths = bytes / (size / 10)
            return tenths.isMultiple(of: 10) ? "\(tenths / 10) \(name)" : "\(tenths / 10).\(tenths % 10) \(name)"
        }
        return "\(bytes) bytes"
    }
}
