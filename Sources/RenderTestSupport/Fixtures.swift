public import RenderCore

public import struct Foundation.Date

/// Records that a test starts from and changes where it matters.
public enum Fixtures {
    /// 2026-11-21T14:00:00.250Z.
    public static let start = Date(epochMilliseconds: 1_795_269_600_250)

    /// - Parameter index: ids rise with it.
    public static func jobID(_ index: Int = 1) -> JobID {
        JobID(
            at: Date(epochMilliseconds: start.epochMilliseconds + index),
            randomness: [
                0x5a, 0, 0, 0, 0, 0, 0, 0, UInt8(truncatingIfNeeded: index >> 8), UInt8(truncatingIfNeeded: index),
            ])
    }

    public static func job(_ id: JobID = jobID(), name: String = "orange-cat") -> JobRecord {
        JobRecord(
            id: id, name: name, source: "cats/\(name).yaml", folder: "cats",
            sha256: String(repeating: "0123456789abcdef", count: 4), bytes: 321, owner: "maria",
            droppedAt: start, claimedAt: start.addingTimeInterval(2.5), account: "default", watcher: "box/1",
            configurationDigest: "cafe")
    }

    public static func plan(
        _ number: Int = 1, priority: JobPriority = .normal, estimate: Money? = Money(micros: 500_000, currency: "CNY")
    ) -> RenderPlan {
        RenderPlan(
            number: number, kind: .textToImage, modelAsked: "qwen-image", model: "qwen-image-plus", mode: .async,
            medium: .picture,
            wire: ProviderPlan(
                provider: "dashscope",
                content: ["endpoint": "/services/aigc/text2image/image-synthesis", "family": "P"]),
            prompt: "An orange cat — 橘猫 — in a red hat", priority: priority, estimate: estimate,
            lane: LaneLimit(group: "qwen-image-plus", submits: 2, perSeconds: 1, running: 2))
    }

    public static func render(
        _ job: JobID = jobID(), _ number: Int = 1, state: RenderMachine.State = .queued,
        priority: JobPriority = .normal
    ) -> RenderRecord {
        RenderRecord(
            id: RenderID(job: job, number: number), plan: plan(number, priority: priority), state: state, since: start)
    }

    public static func attempt(_ render: RenderID, _ number: Int = 1) -> AttemptRecord {
        AttemptRecord(
            render: render, number: number, intentAt: start.addingTimeInterval(3),
            endpoint: "/services/aigc/text2image/image-synthesis",
            shown: ["model": "qwen-image-plus", "input": ["prompt": "An orange cat — 橘猫 — in a red hat"]])
    }

    public static func task(_ render: RenderID, _ text: String = "task-1") -> TaskRecord {
        TaskRecord(
            id: TaskID(text), render: render, attempt: 1, model: "qwen-image-plus", status: "PENDING",
            acceptedAt: start.addingTimeInterval(4))
    }

    public static func spend(
        _ render: RenderID, attempt: Int = 1, state: SpendRecord.State = .reserved, micros: Int? = 500_000,
        actual: Int? = nil, currency: String = "CNY", day: String = "2026-11-21"
    ) -> SpendRecord {
        SpendRecord(
            render: render, attempt: attempt, state: state,
            estimate: micros.map { Money(micros: $0, currency: currency) },
            actual: actual.map { Money(micros: $0, currency: currency) }, at: start, day: day,
            month: String(day.prefix(7)), model: "qwen-image-plus", folder: "cats", account: "default")
    }

    public static func output(_ render: RenderID, _ index: Int = 1) -> OutputRecord {
        OutputRecord(
            render: render, index: index, file: "orange-cat-\(index).png", bytes: 1_234_567,
            sha256: String(repeating: "fedcba9876543210", count: 4), mediaType: "image/png", width: 1664, height: 928,
            source: "https://results.example.com/\(index).png", publishedAt: start.addingTimeInterval(60))
    }

    /// Its links are signed.
    public static func result(_ task: TaskID? = TaskID("task-1"), outputs: Int = 1) -> RenderResult {
        RenderResult(
            task: task, requestID: "query-request-9", status: "SUCCEEDED",
            outputs: (1...max(1, outputs)).map {
                RenderResult.Output(
                    index: $0,
                    url: "https://results.example.com/\($0).png?Expires=1795356000&Signature=c2VjcmV0%2Fsecret\($0)%3D")
            },
            origPrompt: "An orange cat", actualPrompt: "An orange cat wearing a red felt hat",
            usage: ["image_count": .int(outputs)], submitTime: "2026-11-21 22:00:03.250",
            scheduledTime: "2026-11-21 22:00:04.000", endTime: "2026-11-21 22:00:50.125",
            learnedAt: start.addingTimeInterval(52))
    }

    public static let failure = Failure(
        code: "DataInspectionFailed", message: "Output data may contain inappropriate content.",
        advice: "change the prompt", fault: .job, retryable: false, httpStatus: 400, requestID: "request-7")
}

extension Fixtures {
    /// Four bytes, the highest first.
    public static func big(_ number: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }

    /// A box of an MP4.
    public static func box(_ type: String, _ body: [UInt8]) -> [UInt8] { big(8 + body.count) + Array(type.utf8) + body }

    /// An MP4 with its table and no frames: enough for whoever does not decode it.
    ///
    /// - Parameters:
    ///   - matrix: of the track; the usual one leaves the film as it is.
    ///   - more: boxes at the end of the table.
    ///   - isBehind: the table stands behind the film, and not before it.
    public static func film(
        brand: String = "isom", width: Int = 1280, height: Int = 720, milliseconds: Int = 5000,
        matrix: [Int] = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000], handler: String = "vide", more: [UInt8] = [],
        frames: [UInt8] = Array(repeating: 7, count: 64), isBehind: Bool = false
    ) -> [UInt8] {
        // `mvhd` and `mdhd` begin alike: version and flags, two dates, ticks a second, ticks.
        let times = big(0) + big(0) + big(0) + big(1000) + big(milliseconds)
        let header =
            big(3) + big(0) + big(0) + big(1) + big(0) + big(milliseconds) + Array(repeating: 0, count: 16)
            + matrix.flatMap(big) + big(width << 16) + big(height << 16)
        let media = box("mdhd", times + big(0)) + box("hdlr", big(0) + big(0) + Array(handler.utf8) + big(0))
        let track = box("trak", box("tkhd", header) + box("mdia", media))
        let table = box("moov", box("mvhd", times + Array(repeating: 0, count: 80)) + track + more)
        let first = box("ftyp", Array(brand.utf8) + big(512) + Array(brand.utf8))
        return first + (isBehind ? box("mdat", frames) + table : table + box("mdat", frames))
    }

    /// Beginning and end of a PNG: enough for whoever does not decode it.
    public static func png(width: Int, height: Int, tail: String = "") -> [UInt8] {
        let header: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + big(13) + Array("IHDR".utf8)
        return header + big(width) + big(height) + [8, 2, 0, 0, 0] + big(0) + Array(tail.utf8)
            + [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
    }
}
