import FoundationEssentials

/// How the object store answers for a file: validators, conditions and ranges.
enum ResultAnswer {
    /// - Parameter fault: `ignoreRange` and `otherFile` change what is answered.
    static func make(
        _ file: [UInt8], mediaType: String, created: Date, request: Incoming, fault: FaultAction.Kind?,
        requestID: String
    ) -> Answer {
        let ignoresRange = fault == .ignoreRange
        let isOther = fault == .otherFile
        // Of the same length, and no byte of it the same.
        let bytes = isOther ? file.map { ~$0 } : file
        let tag = "\"\(Checksum.md5Hex(bytes))\""
        let modified = WireTime.http(created)
        if !isOther, let wanted = request.header("If-Match"), wanted != "*", !wanted.contains(tag) {
            return .oss(
                412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold.",
                requestID: requestID)
        }
        var answer = Answer()
        answer.set("Content-Type", mediaType)
        answer.set("ETag", tag)
        answer.set("Last-Modified", modified)
        answer.set("Accept-Ranges", "bytes")
        answer.set("Server", "AliyunOSS")
        answer.set("x-oss-request-id", requestID.filter { $0 != "-" }.prefix(24).uppercased())
        if let known = request.header("If-None-Match"), known == "*" || known.contains(tag) {
            answer.status = 304
            return answer
        }
        let isCurrent = request.header("If-Range").map { $0 == tag || $0 == modified } ?? true
        if let text = request.header("Range"), isCurrent, !ignoresRange {
            switch range(text, length: bytes.count) {
            case .whole: break
            case .part(let part):
                answer.status = 206
                answer.set("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(bytes.count)")
                answer.body = Array(bytes[part])
                return answer
            case .impossible:
                var refusal = Answer.oss(
                    416, "InvalidRange", "The requested range cannot be satisfied.", requestID: requestID)
                refusal.set("Content-Range", "bytes */\(bytes.count)")
                return refusal
            }
        }
        answer.body = bytes
        return answer
    }

    private enum Wanted {
        case whole, impossible
        case part(Range<Int>)
    }

    /// One range of bytes; anything that does not read as one means the whole file.
    private static func range(_ text: String, length: Int) -> Wanted {
        guard text.hasPrefix("bytes="), !text.contains(",") else { return .whole }
        let sides = text.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard sides.count == 2 else { return .whole }
        if sides[0].isEmpty {
            guard let suffix = Int(sides[1]) else { return .whole }
            return suffix == 0 ? .impossible : .part(max(0, length - suffix)..<length)
        }
        guard let first = Int(sides[0]), first >= 0 else { return .whole }
        guard first < length else { return .impossible }
        guard !sides[1].isEmpty else { return .part(first..<length) }
        guard let last = Int(sides[1]), last >= first else { return .whole }
        return .part(first..<min(length - 1, last) + 1)
    }
}
