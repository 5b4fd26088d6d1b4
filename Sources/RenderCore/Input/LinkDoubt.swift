import Foundation

/// The reason why the provider probably cannot fetch a link, as far as the link shows: it has expired, it leads into a
/// private network, or it leads to a page instead of a file. This is only a doubt; only the provider knows the result.
///
/// No text here repeats a link's path or query, which may be a signature.
///
/// - Source: RFC 1918, 6598, 3927, 4193, 6761; AWS Signature Version 4 and 2, Google Cloud Storage signed URLs, Azure SAS, Alibaba
///   Cloud OSS signatures V1 and V4.
struct LinkDoubt: Equatable {
    var message: Message

    /// - Parameters:
    ///   - times: for the time when a link expired.
    ///   - isPage: a web page is wanted, not a file.
    init?(_ url: String, now: Date?, times: () -> LocalTime = { .utc }, isPage: Bool = false) {
        guard let parts = Parts(url) else { return nil }
        if let why = Self.unreachable(parts.host) {
            message = .unreachableLink(why, isPage: isPage)
        } else if let now, let end = Self.end(of: parts.query), end <= now {
            message = .expiredLink(times().text(end, at: now))
        } else if !isPage, let page = Self.page(parts) {
            message = page
        } else {
            return nil
        }
    }

    // MARK: Parts

    private struct Parts {
        /// In lower case, without brackets, port and final dot.
        var host: String
        var path: String
        /// Names in lower case.
        var query: [String: String]

        init?(_ url: String) {
            guard let start = url.range(of: "://") else { return nil }
            let rest = url[start.upperBound...]
            let authority = rest.prefix { !"/?#\\".contains($0) }
            var name = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
            if name.first == "[" {
                name = name.dropFirst().prefix { $0 != "]" }
            } else {
                name = name.prefix { $0 != ":" }
            }
            host = (String(name).removingPercentEncoding ?? String(name)).lowercased()
            while host.last == "." { host.removeLast() }
            let tail = rest.dropFirst(authority.count).prefix { $0 != "#" }
            path = String(tail.prefix { $0 != "?" })
            query = [:]
            for pair in tail.dropFirst(path.count + 1).split(separator: "&").prefix(100) {
                let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard let key = halves.first, halves.count == 2 else { continue }
                let value = String(halves[1]).replacing("+", with: " ")
                query[key.lowercased()] = value.removingPercentEncoding ?? value
            }
        }
    }

    // MARK: Hosts

    private static func unreachable(_ host: String) -> String? {
        if let address = v4(host) { return network(v4: address) }
        if host.contains(":") { return v6(host).flatMap(network(v6:)) }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last else { return nil }
        if last == "localhost" { return Message.isThisComputer(host) }
        let local: Set = [
            "local", "lan", "internal", "intranet", "home", "corp", "localdomain", "private", "box", "invalid",
        ]
        if local.contains(String(last)) || host.hasSuffix(".home.arpa") {
            return Message.isPrivateName(host)
        }
        return labels.count == 1 ? Message.isBareName(host) : nil
    }

    /// Also the old spellings that a resolver takes: `127.1`, `0x7f000001`, `2130706433`.
    private static func v4(_ host: String) -> UInt32? {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...4).contains(parts.count) else { return nil }
        var numbers: [UInt32] = []
        for part in parts {
            let number: UInt32? =
                if part.hasPrefix("0x") {
                    UInt32(part.dropFirst(2), radix: 16)
                } else if part.count > 1, part.first == "0" {
                    UInt32(part, radix: 8)
                } else if part.first?.isNumber == true { UInt32(part) } else { nil }
            guard let number else { return nil }
            numbers.append(number)
        }
        let last = numbers.removeLast()
        guard numbers.allSatisfy({ $0 < 256 }), UInt64(last) < UInt64(1) << (8 * (4 - numbers.count)) else {
            return nil
        }
        return numbers.enumerated().reduce(last) { $0 | $1.element << UInt32(8 * (3 - $1.offset)) }
    }

    private static func network(v4 address: UInt32) -> String? {
        func lies(_ base: UInt32, _ bits: UInt32) -> Bool { address >> (32 - bits) == base >> (32 - bits) }
        if lies(0x7F00_0000, 8) { return Message.ownAddress }
        if lies(0x0A00_0000, 8) || lies(0xAC10_0000, 12) || lies(0xC0A8_0000, 16) || lies(0x6440_0000, 10) {
            return Message.privateAddress
        }
        if lies(0xA9FE_0000, 16) { return Message.cableAddress }
        if lies(0, 8) || lies(0xE000_0000, 3) || lies(0xC000_0200, 24) || lies(0xC633_6400, 24) || lies(0xCB00_7100, 24)
            || lies(0xC612_0000, 15)
        {
            return Message.nobodysAddress
        }
        return nil
    }

    private static func v6(_ host: String) -> [UInt16]? {
        let address = host.prefix { $0 != "%" }
        let halves = address.components(separatedBy: "::")
        guard halves.count <= 2 else { return nil }
        func groups(_ text: String) -> [UInt16]? {
            var groups: [UInt16] = []
            let parts = text.split(separator: ":")
            for (index, part) in parts.enumerated() {
                if part.contains("."), index == parts.count - 1, let tail = v4(String(part)) {
                    groups += [UInt16(tail >> 16), UInt16(tail & 0xFFFF)]
                } else if let group = UInt16(part, radix: 16) {
                    groups.append(group)
                } else {
                    return nil
                }
            }
            return groups
        }
        guard let head = groups(halves[0]), let tail = groups(halves.count == 2 ? halves[1] : "") else { return nil }
        let gap = 8 - head.count - tail.count
        guard halves.count == 2 ? gap >= 1 : gap == 0 else { return nil }
        return head + Array(repeating: 0, count: gap) + tail
    }

    private static func network(v6 groups: [UInt16]) -> String? {
        let first = groups[0]
        let zeros = groups.prefix(5).allSatisfy { $0 == 0 }
        // IPv4 in IPv6's clothes, also behind NAT64.
        if zeros && groups[5] == 0xFFFF || first == 0x64 && groups[1] == 0xFF9B {
            return network(v4: UInt32(groups[6]) << 16 | UInt32(groups[7]))
        }
        if zeros, groups[5] == 0, groups[6] == 0, groups[7] <= 1 { return Message.ownAddress }
        if first & 0xFE00 == 0xFC00 || first & 0xFFC0 == 0xFEC0 { return Message.privateAddress }
        if first & 0xFFC0 == 0xFE80 { return Message.cableAddress }
        if first & 0xFF00 == 0xFF00 || first == 0x2001 && groups[1] == 0xDB8 { return Message.nobodysAddress }
        return nil
    }

    // MARK: Ends

    /// When a signed link ends.
    private static func end(of query: [String: String]) -> Date? {
        for prefix in ["x-amz-", "x-goog-", "x-oss-", "x-tos-", "x-obs-", "x-cos-"] {
            guard let length = query[prefix + "expires"].flatMap({ Double($0) }) else { continue }
            // V4: a time of signing and a length; else a point in time.
            if let start = query[prefix + "date"].flatMap(basicTime) { return start + length }
            if let end = epoch(length) { return end }
        }
        // Azure: only beside its signature, because `se` alone may be anything.
        if query["sig"] != nil, let end = query["se"].flatMap(time) { return end }
        // Discord and Facebook write it in hexadecimal digits, beside their signature.
        for (key, beside) in [("ex", "hm"), ("oe", "oh")] where query[beside] != nil {
            if let number = query[key].flatMap({ UInt32($0, radix: 16) }) { return epoch(Double(number)) }
        }
        for key in ["expires", "q-sign-time", "expire", "expiry", "exp", "e", "oh_expires", "x-expires"] {
            guard let value = query[key] else { continue }
            // A word as short as `e` means it only beside a signature.
            if key.count < 4, query["signature"] == nil, query["sign"] == nil, query["token"] == nil,
                query["sig"] == nil
            {
                continue
            }
            // Tencent: from;to
            let number = value.split(separator: ";").last.flatMap { Double($0) }
            if let end = number.flatMap(epoch) ?? time(value) { return end }
        }
        return nil
    }

    /// Seconds or milliseconds of the epoch; what is far from our days is another number.
    private static func epoch(_ number: Double) -> Date? {
        let seconds = number > 1e11 ? number / 1000 : number
        return (1e9...1e10).contains(seconds) ? Date(timeIntervalSince1970: seconds) : nil
    }

    /// `20261128T101112Z`
    private static func basicTime(_ text: String) -> Date? {
        let s = Array(text)
        guard s.count == 16, s[8] == "T", s[15] == "Z" else { return nil }
        return Timestamp.date(
            "\(String(s[0..<4]))-\(String(s[4..<6]))-\(String(s[6..<8]))T\(String(s[9..<11])):\(String(s[11..<13])):\(String(s[13..<15]))Z"
        )
    }

    /// `2026-11-28T10:11:12Z`, `2026-11-28T10:11Z`, `2026-11-28`
    private static func time(_ text: String) -> Date? {
        if let date = Timestamp.date(text) { return date }
        if text.count == 10 { return Timestamp.date(text + "T23:59:59Z") }
        if text.count == 17, text.last == "Z" { return Timestamp.date(text.dropLast() + ":00Z") }
        return nil
    }

    // MARK: Pages

    /// Links by which people share a file: a browser shows a page.
    private static func page(_ parts: Parts) -> Message? {
        func isHost(_ name: String) -> Bool { parts.host == name || parts.host.hasSuffix("." + name) }
        if isHost("dropbox.com"), parts.path.hasPrefix("/s"), parts.query["dl"] != "1", parts.query["raw"] != "1" {
            return .dropboxPage
        }
        if parts.host == "drive.google.com",
            parts.path.hasPrefix("/file/") || parts.path.hasPrefix("/open") || parts.path.hasPrefix("/drive/")
        {
            return .drivePage
        }
        if isHost("docs.google.com") || isHost("photos.google.com") || parts.host == "photos.app.goo.gl" {
            return .linkToPage(of: "Google")
        }
        let isDownload = parts.query["download"] == "1"
        if parts.host == "1drv.ms" || isHost("onedrive.live.com") && !parts.path.hasPrefix("/download") {
            return .linkToPage(of: "OneDrive")
        }
        if isHost("sharepoint.com"), parts.path.hasPrefix("/:"), !isDownload {
            return .sharePointPage
        }
        let others = [
            "wetransfer.com", "we.tl", "icloud.com", "pan.baidu.com", "mega.nz", "imgur.com", "pinterest.com",
            "instagram.com", "pixeldrain.com", "gofile.io",
        ]
        // `i.imgur.com` and its like hold the files themselves.
        let isShort =
            parts.host.split(separator: ".").count <= 2 || parts.host.hasPrefix("www.") || parts.host == "pan.baidu.com"
        if let other = others.first(where: isHost), isShort, MediaName.kind(ofName: parts.path) == nil {
            return .linkToPage(of: other)
        }
        return nil
    }
}
