import Foundation
import HTTPTypes
import ProviderSupport
import RenderCore

@testable import DashScope

enum AnswerFuzz {
    private static let task = TaskID("18e7cde0")
    private static let now = Date(timeIntervalSince1970: 1_795_000_000)

    /// Answers are read without anything being sent.
    private struct Silence: HTTPTransport {
        func send(_ call: HTTPCall) async throws -> HTTPAnswer {
            throw TransportError(.refused, "nothing is sent here", mayHaveArrived: false)
        }
        func open(_ call: HTTPCall) async throws -> HTTPStream {
            throw TransportError(.refused, "nothing is sent here", mayHaveArrived: false)
        }
    }

    private struct World {
        let endpoint: Endpoint
        let key: APIKey
        let client: APIClient
        let hosts: FileHosts

        init() throws {
            let (endpoint, key) = (try Endpoint(region: "beijing"), try APIKey(Shown.key))
            self.endpoint = endpoint
            self.key = key
            let keys = KeyRing(read: { key }, mark: { _ in nil })
            client = APIClient(
                endpoint: endpoint, transport: Silence(), keys: keys, options: DashScopeOptions(),
                now: { AnswerFuzz.now })
            hosts = FileHosts(
                api: endpoint.address, isNamedByUser: endpoint.isNamedByUser,
                others: ["*.aliyuncs.com", "*.example.org"])
        }
    }

    private static let world = Result { try World() }

    static func check(_ bytes: [UInt8]) throws {
        let world = try world.get()
        let first = bytes.prefix { $0 != UInt8(ascii: "\n") }
        let words = String(decoding: first, as: UTF8.self).split(separator: " ", maxSplits: 1)
        var headers = HTTPFields()
        if words.count > 1 { headers.set("retry-after", String(words[1])) }
        let head = HTTPHead(status: words.first.flatMap { Int($0) } ?? 200, headers: headers)
        let answer = APIAnswer(
            HTTPAnswer(head: head, body: Array(bytes.dropFirst(first.count + 1))), key: world.key, now: now,
            mayComeInPieces: true)
        try Shown.check(answer.errorMessage, "an error's message")

        try check(SubmitAnswer(endpoint: world.endpoint, client: world.client).outcome(of: answer, now: now), answer)
        if let report = TaskAnswer.report(answer, task: task, endpoint: world.endpoint, now: now) {
            try check(report, world)
        }
        if let page = answer.json.flatMap({ TaskListAnswer.page($0, asked: 1) }) {
            try require(page.pages >= 0, "a list has \(page.pages) pages")
            for listing in page.tasks {
                try require(!listing.task.text.isEmpty, "a listed task has an id")
                _ = listing.created?.rfc3339
            }
        }
        if let quota = answer.json.flatMap({ QuotaAnswer.quota(of: "wan2.7-image", in: $0) }) {
            let figures = [quota.submits, quota.perSeconds, quota.running ?? 1, quota.queue ?? 1]
            try require(figures.allSatisfy { $0 > 0 }, "a limit of \(figures) lets nothing through")
        }
        if let policy = UploadPolicy(answer.json) {
            if let host = world.hosts.trusted(policy.host) { try check(host) }
            try require(policy.fields(key: "k", mediaType: "image/png").count == 8, "a form has its fields")
        }
        try Shown.check(world.client.failure(answer))
    }

    /// Paid for twice is what must not come of any answer.
    private static func check(_ outcome: SubmitOutcome, _ answer: APIAnswer) throws {
        switch outcome {
        case .accepted(let task, _):
            try require(answer.status == 200 && !task.text.isEmpty, "only a task with a name is accepted")
        case .completed(let result):
            try require(answer.status == 200, "status \(answer.status) completes nothing")
            try require(!answer.isCut, "half an answer completes nothing")
            try require(!result.isUnread, "a result holds something")
            try check(result)
        case .refused(let failure):
            let proves = (300..<500).contains(answer.status) && ![408, 425, 499].contains(answer.status)
            let said = answer.errorCode == failure.code
            try require(said || proves, "\(failure.code) was said by the provider, or by a status that is a refusal")
            if said {
                let row = ErrorMapping.row(code: failure.code, message: answer.errorMessage, status: answer.status).row
                try require(
                    proves
                        || row.acceptance.provesRefusal(
                            status: ErrorCode.head(of: answer.errorMessage)?.status ?? answer.status),
                    "\(failure.code) does not prove that nothing was accepted")
            }
            try Shown.check(failure)
        case .notSent: throw Broken(description: "what was answered was sent")
        case .unknown(let failure): try Shown.check(failure)
        }
    }

    private static func check(_ report: TaskReport, _ world: World) throws {
        try require(report.task == task, "a report is about the task that was asked after")
        switch report.state {
        case .succeeded(let result):
            try check(result)
            for output in result.outputs {
                if let address = world.hosts.trusted(output.url) { try check(address) }
            }
        case .failed(let failure): try Shown.check(failure)
        case .pending, .running, .canceled, .unknown: break
        }
    }

    private static func check(_ result: RenderResult) throws {
        for output in result.outputs {
            let shown = Redaction.link(output.url)
            try require(!shown.contains("?") && !shown.contains("#"), "a link is shown without its signature")
        }
        for unit in Price.Unit.allCases {
            let usage = Quote.Usage(result.usage, per: unit)
            try require((usage.area ?? 1) > 0 && (usage.seconds ?? 1) > 0, "\(usage) is what something was")
        }
        let indices = Set(result.outputs.map(\.index))
        for case .output(let index) in result.article ?? [] {
            try require(indices.contains(index), "an article shows what there is")
        }
        for part in result.failedParts { try Shown.check(part.message, "a failed part") }
    }

    /// The provider's hosts, this machine in no case.
    private static func check(_ address: WebAddress) throws {
        try require(
            address.host.hasSuffix(".aliyuncs.com") || address.host.hasSuffix(".example.org"),
            "\(address.host) is not to be trusted")
        try require(WebAddress(address.text) == address, "\(address.text) reads as it was written")
    }
}
