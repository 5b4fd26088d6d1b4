extension MediaProbe {
    /// Documents of older office programs.
    /// - Source: Microsoft, [MS-CFB] Compound File Binary File Format.
    static func compound(_ file: SampleReader) -> MediaProbe? {
        guard file.has([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], at: 0) else { return nil }
        let older: [DocumentFormat] = [.doc, .xls, .ppt]
        guard let inner = CompoundFile(file), !inner.isCut else { return document(.doc, alike: older, isCut: true) }
        let names = inner.names
        if names.contains("WordDocument") { return document(.doc, isCut: false) }
        if names.contains("Workbook") || names.contains("Book") { return document(.xls, isCut: false) }
        if names.contains("PowerPoint Document") { return document(.ppt, isCut: false) }
        guard names.contains("EncryptedPackage") else { return nil }
        var probe = document(.doc, isCut: false)
        probe.format = "password-protected"
        return probe
    }
}

/// Sectors, and a table that says which follows which.
private struct CompoundFile {
    private let file: SampleReader
    private let sectorBytes: Int
    /// Sectors that hold the table, in order.
    private var table: [Int] = []
    private(set) var isCut = false
    private(set) var names: Set<String> = []

    private static let last = 0xFFFF_FFFA
    private static let free = 0xFFFF_FFFF
    private static let ofTable = 0xFFFF_FFFD
    /// Of a table: 4096 of them cover 256 MiB and more.
    private static let tableMax = 4096

    /// Nil where not even the header is there.
    init?(_ file: SampleReader) {
        guard let shift = file.u16(30, little: true), shift == 9 || shift == 12, file.count >= 512,
            let tables = file.u32(44, little: true), let directory = file.u32(48, little: true),
            let further = file.u32(68, little: true)
        else { return nil }
        self.file = file
        sectorBytes = 1 << shift
        readTable(count: tables, further: further)
        guard !isCut else { return }
        isCut = file.endsInHole || isShort
        guard !isCut else { return }
        readNames(from: directory)
    }

    private func place(_ sector: Int) -> Int { (sector + 1) * sectorBytes }
    private func isThere(_ sector: Int) -> Bool { sector < Self.last && place(sector) + sectorBytes <= file.count }

    /// The first 109 stand in the header, the others in sectors of their own.
    private mutating func readTable(count: Int, further: Int) {
        let wanted = min(count, Self.tableMax)
        for index in 0..<min(wanted, 109) {
            guard let sector = file.u32(76 + 4 * index, little: true), isThere(sector) else {
                isCut = true
                return
            }
            table.append(sector)
        }
        var list = further
        let each = sectorBytes / 4 - 1
        while table.count < wanted {
            guard isThere(list) else {
                isCut = true
                return
            }
            for index in 0..<min(each, wanted - table.count) {
                guard let sector = file.u32(place(list) + 4 * index, little: true) else { return }
                guard isThere(sector) else {
                    isCut = true
                    return
                }
                table.append(sector)
            }
            guard let next = file.u32(place(list) + 4 * each, little: true) else { return }
            list = next
        }
        // Each sector of the table stands in it as such: elsewhere there is something that was never written.
        for sector in table.suffix(8) where entry(sector).map({ $0 != Self.ofTable }) ?? false {
            isCut = true
            return
        }
    }

    /// What the table says of a sector; nil where it is out of sight.
    private func entry(_ sector: Int) -> Int? {
        let each = sectorBytes / 4
        guard sector >= 0, sector / each < table.count else { return nil }
        return file.u32(place(table[sector / each]) + 4 * (sector % each), little: true)
    }

    /// Whether a sector that is in use begins behind the file's end.
    private var isShort: Bool {
        let each = sectorBytes / 4
        for index in table.indices.reversed() {
            for slot in (0..<each).reversed() {
                guard let value = file.u32(place(table[index]) + 4 * slot, little: true) else { return false }
                if value != Self.free { return place(index * each + slot) >= file.count }
            }
        }
        return false
    }

    private mutating func readNames(from first: Int) {
        var sector = first
        var read = 0
        while sector < Self.last, read < 256 {
            guard isThere(sector) else {
                isCut = true
                return
            }
            for slot in 0..<(sectorBytes / 128) {
                let at = place(sector) + 128 * slot
                guard let length = file.u16(at + 64, little: true), let kind = file.u8(at + 66) else { return }
                if read == 0, slot == 0, kind != 5 {
                    isCut = true
                    return
                }  // the root, which always stands first
                guard kind != 0, (2...64).contains(length), let bytes = file.bytes(at, length - 2) else { continue }
                let units = stride(from: 0, to: bytes.count - 1, by: 2).map {
                    UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
                }
                names.insert(String(decoding: units, as: UTF16.self))
            }
            read += 1
            guard let next = entry(sector) else { return }
            sector = next
        }
    }
}
