extension ImageProbe {
    /// HEIC and AVIF: boxes within boxes. The picture is the primary item, its size what its properties leave of it: `ispe` as stored,
    /// `clap` cut out of it, `irot` turned. Without a list of properties it is the largest `ispe`: tiles and thumbnails have smaller ones.
    /// - Source: ISO/IEC 14496-12 (boxes) and 23008-12 (HEIF): sections 6.5 and 9.3.
    static func heif(_ file: SampleReader) -> ImageProbe? {
        guard file.has("ftyp", at: 4), let end = file.u32(0), (16...1024).contains(end) else { return nil }
        let brands = stride(from: 8, to: end - 3, by: 4).filter { $0 != 12 }.compactMap { file.text($0, 4) }
        let format: Format
        if brands.contains(where: ["avif", "avis"].contains) {
            format = .avif
        } else if brands.contains(where: ["heic", "heix", "hevc", "heim", "heis", "mif1", "msf1"].contains) {
            format = .heic
        } else {
            return nil
        }
        var probe = ImageProbe(format: format, width: nil, height: nil)
        guard let meta = HEIFMeta(file), let properties = file.box("iprp", in: meta.children),
            let container = file.box("ipco", in: properties.body)
        else { return probe }
        let all = file.boxes(in: container.body).boxes
        for box in all where box.type == "auxC" {
            if file.text(box.body.lowerBound + 4, min(44, max(0, box.body.count - 4)))?.contains("alpha") == true {
                probe.hasAlpha = true
            }
        }
        let own = meta.primary.map { HEIFMeta.associations(file, of: $0, in: properties.body) } ?? []
        let primary = own.compactMap { all.indices.contains($0 - 1) ? all[$0 - 1] : nil }
        let sizes = (primary.contains { $0.type == "ispe" } ? primary : all).filter { $0.type == "ispe" }
        let stored = sizes.compactMap { box -> PixelSize? in
            guard let width = file.u32(box.body.lowerBound + 4), let height = file.u32(box.body.lowerBound + 8) else {
                return nil
            }
            return PixelSize(width: width, height: height)
        }
        guard var size = stored.max(by: { area($0) < area($1) }) else { return probe }
        for box in primary {
            switch box.type {
            case "clap": size = cutOut(file, box.body.lowerBound) ?? size
            case "irot" where (file.u8(box.body.lowerBound) ?? 0) & 1 == 1:
                size = PixelSize(width: size.height, height: size.width)
            default: break  // `imir` changes no side
            }
        }
        probe.width = size.width
        probe.height = size.height
        return probe
    }

    private static func area(_ size: PixelSize) -> Double { Double(size.width) * Double(size.height) }

    /// Width and height of a clean aperture, each a fraction.
    private static func cutOut(_ file: SampleReader, _ at: Int) -> PixelSize? {
        func side(_ at: Int) -> Int? {
            guard let above = file.u32(at), let below = file.u32(at + 4), above > 0, below > 0 else { return nil }
            return max(1, above / below)
        }
        guard let width = side(at), let height = side(at + 8) else { return nil }
        return PixelSize(width: width, height: height)
    }

    /// Whether a box claims more than there is, the table is missing, or a part of the picture is beyond the end or was
    /// never written.
    static func isCutHEIF(_ file: SampleReader) -> Bool {
        let (top, ending) = file.boxes(in: 0..<file.count)
        guard let meta = HEIFMeta(file) else {
            // A film of pictures may have the table of a film only.
            return ending != .outOfSight && !top.contains { $0.type == "moov" && $0.end <= file.count }
        }
        if top.contains(where: { ["ftyp", "meta", "mdat", "moov"].contains($0.type) && $0.end > file.count }) {
            return true
        }
        guard let last = meta.lastByte(file) else { return file.hasEmptyEnd }
        if last > file.count { return true }
        return last > 64 && file.isZero((last - 64)..<last)
    }
}

/// The table of a HEIF file.
private struct HEIFMeta {
    let children: Range<Int>
    /// Number of the item that is the picture.
    let primary: Int?

    init?(_ file: SampleReader) {
        guard let meta = file.box("meta", in: 0..<file.count), meta.body.count > 4 else { return nil }
        // A full box: four bytes of version and flags before its children.
        children = meta.body.dropFirst(4)
        primary = file.box("pitm", in: children).flatMap { box in
            let at = box.body.lowerBound
            return file.u8(at) == 0 ? file.u16(at + 4) : file.u32(at + 4)
        }
    }

    /// Numbers of an item's properties, counted from 1, in their order.
    static func associations(_ file: SampleReader, of item: Int, in properties: Range<Int>) -> [Int] {
        for box in file.boxes(in: properties).boxes where box.type == "ipma" {
            let at = box.body.lowerBound
            guard let head = file.u32(at), let count = file.u32(at + 4) else { continue }
            let (isLongID, isLong) = (head >> 24 > 0, head & 1 == 1)
            var next = at + 8
            for _ in 0..<min(count, 10_000) {
                guard next < box.body.upperBound, let id = isLongID ? file.u32(next) : file.u16(next),
                    let number = file.u8(next + (isLongID ? 4 : 2))
                else { break }
                next += isLongID ? 5 : 3
                if id == item {
                    return (0..<number).compactMap { index in
                        isLong
                            ? file.u16(next + 2 * index).map { $0 & 0x7FFF } : file.u8(next + index).map { $0 & 0x7F }
                    }
                }
                next += number * (isLong ? 2 : 1)
            }
        }
        return []
    }

    /// The offset after the last byte of all items in the file itself; nil if the list is missing or not readable.
    func lastByte(_ file: SampleReader) -> Int? {
        guard let list = file.box("iloc", in: children)?.body, let version = file.u8(list.lowerBound), version <= 2,
            let sizes = file.u16(list.lowerBound + 4)
        else { return nil }
        let (offsetBytes, lengthBytes) = (sizes >> 12, sizes >> 8 & 15)
        let (baseBytes, indexBytes) = (sizes >> 4 & 15, version > 0 ? sizes & 15 : 0)
        var at = list.lowerBound + 6
        func take(_ bytes: Int) -> Int? {
            defer { at += bytes }
            switch bytes {
            case 0: return 0
            case 2: return file.u16(at)
            case 4: return file.u32(at)
            case 8: return file.u64(at)
            default: return nil
            }
        }
        guard let count = take(version < 2 ? 2 : 4) else { return nil }
        var last: Int?
        var left = 20_000
        for _ in 0..<min(count, 10_000) {
            guard at < list.upperBound, take(version < 2 ? 2 : 4) != nil else { return last }
            var method = 0
            if version > 0 {
                guard let word = take(2) else { return last }
                method = word & 15
            }
            guard take(2) != nil, let base = take(baseBytes), let extents = take(2) else { return last }
            for _ in 0..<extents {
                left -= 1
                guard left > 0 else { return last }
                guard at <= list.upperBound, take(indexBytes) != nil, let offset = take(offsetBytes),
                    let length = take(lengthBytes)
                else { return last }
                // 1 and 2 lie in the table itself.
                guard method == 0 else { continue }
                let end = [base, offset, length].reduce(0) { min($0, 1 << 60) + min($1, 1 << 60) }
                last = max(last ?? 0, end)
            }
        }
        return last
    }
}
