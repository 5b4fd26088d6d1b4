import Foundation
import SimulatorSupport

/// What the simulated provider knows: tasks, uploads, the account's money. One request is answered after the other.
struct WaveSpeedWorld: Sendable {
    /// One request, as it came.
    struct Incoming: Sendable {
        var method: String
        /// Without the query.
        var path: String
        var query: String
        /// Behind `Bearer `; nil: there was none.
        var key: String?
        var headers: [String: String]
        var body: [UInt8]
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [String: String] = ["content-type": "application/json"]
        var body: [UInt8]
    }

    var options: WaveSpeedSimulatorOptions
    var origin = ""
    var faults: [WaveSpeedFault]
    private(set) var predictions: [SimulatedPrediction] = []
    /// Uploaded files, and tickets for those that are still to come.
    private var uploads: [String: (bytes: [UInt8], type: String)] = [:]
    private var tickets: [String: String] = [:]
    private var starts: [(isFilm: Bool, key: String, at: Date)] = []
    private var number = 0
    private(set) var spent = 0.0

    init(_ options: WaveSpeedSimulatorOptions) {
        self.options = options
        faults = options.faults
    }

    // MARK: What a request is

    static let root = "/api/v3"

    static func kind(_ incoming: Incoming) -> WaveSpeedFault.Request {
        guard incoming.path.hasPrefix(root + "/") else {
            if incoming.path.hasPrefix("/_outputs/") { return .output }
            return incoming.path.hasPrefix("/_uploads/") ? .upload : .other
        }
        let path = incoming.path.dropFirst(root.count)
        switch true {
        case path.hasPrefix("/predictions/"): return path.hasSuffix("/delete") ? .other : .result
        case path == "/predictions": return .history
        case path.hasPrefix("/media/"): return .upload
        case path.hasPrefix("/model/"): return .price
        case path == "/balance": return .balance
        case path == "/models": return .models
        default: return incoming.method == "POST" ? .submit : .other
        }
    }

    mutating func takeFault(_ kind: WaveSpeedFault.Request) -> WaveSpeedFault? {
        guard let index = faults.firstIndex(where: { $0.on == kind && $0.times > 0 }) else { return nil }
        faults[index].times -= 1
        return faults[index]
    }

    // MARK: Answers

    /// `{code, message, data}`, or the data alone.
    func wrapped(_ data: WireValue, mayBeBare: Bool = false) -> Answer {
        guard !(options.bareAnswers && mayBeBare) else { return Answer(body: data.bytes) }
        return Answer(
            body: WireValue.object([("code", .int(200)), ("message", .text("success")), ("data", data)]).bytes)
    }

    /// - Parameter status: of HTTP; nil: that of the code.
    static func refusal(
        _ code: Int, _ message: String, status: Int? = nil, errorCode: String? = nil, retryAfter: Int? = nil
    ) -> Answer {
        var members: [(key: String, value: WireValue)] = [("code", .int(code)), ("message", .text(message))]
        if let errorCode { members.append(("error_code", .text(errorCode))) }
        var answer = Answer(status: status ?? code, body: WireValue.object(members).bytes)
        if let retryAfter { answer.headers["retry-after"] = String(retryAfter) }
        return answer
    }

    mutating func answer(_ incoming: Incoming, _ fault: WaveSpeedFault?, now: Date) -> Answer {
        advance(to: now)
        switch Self.kind(incoming) {
        case .output: return output(incoming, now)
        case .upload where incoming.path.hasPrefix("/_uploads/"): return file(incoming)
        case let kind:
            guard let key = incoming.key, options.keys.isEmpty || options.keys.contains(key) else {
                return Self.refusal(401, "Invalid API key")
            }
            switch kind {
            case .submit: return submit(incoming, key, fault, now)
            case .result: return result(incoming, key, now)
            case .history: return history(incoming, key, now)
            case .upload: return upload(incoming)
            case .price: return price(incoming)
            case .balance: return wrapped(.object([("balance", .double(options.balance - spent))]))
            case .models, .output, .other: return Self.refusal(404, "not found")
            }
        }
    }

    // MARK: Submit

    private mutating func submit(_ incoming: Incoming, _ key: String, _ fault: WaveSpeedFault?, _ now: Date) -> Answer {
        let path = String(incoming.path.dropFirst(Self.root.count + 1))
        guard let model = SimulatedModels.model(path) else { return Self.refusal(404, "model \(path) not found") }
        guard let inputs = WireValue.parse(incoming.body) else { return Self.refusal(400, "invalid JSON") }
        if let (code, message) = model.refusal(of: inputs, options) { return Self.refusal(code, message) }
        let price = model.price(inputs)
        guard spent + price <= options.balance else { return Self.refusal(403, "Insufficient credits. Please top up.") }
        if options.limits {
            starts.removeAll { now.timeIntervalSince($0.at) >= 60 / max(1, options.speed) }
            let most = model.isFilm ? options.filmsPerMinute : options.picturesPerMinute
            if starts.count(where: { $0.key == key && $0.isFilm == model.isFilm }) >= most {
                return Self.refusal(429, "Too many requests")
            }
            starts.append((model.isFilm, key, now))
        }
        number += 1
        let seconds = (model.isFilm ? options.filmSeconds : options.pictureSeconds) / max(0.001, options.speed)
        var prediction = SimulatedPrediction(
            id: Self.id(number, path), model: path, isFilm: model.isFilm, input: inputs, key: key, created: now,
            seconds: seconds, price: price)
        if let fault, fault.type == .taskEnds {
            prediction.ending = fault.ending ?? "failed"
            prediction.code = fault.code ?? 1405
            prediction.error = fault.message ?? "task failed"
        }
        spent += price
        predictions.append(prediction)
        advance(to: now)
        let made = predictions.last ?? prediction
        return wrapped(made.wire(options, origin: origin, now: now), mayBeBare: true)
    }

    /// Letters and digits, the same in every run.
    private static func id(_ number: Int, _ path: String) -> String {
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in "\(number)/\(path)".utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits + String(number)
    }

    /// Lets tasks begin where there is a place, and forgets old ones.
    private mutating func advance(to now: Date) {
        predictions.removeAll { now.timeIntervalSince($0.created) > options.retentionSeconds }
        for key in Set(predictions.map(\.key)) {
            // In the order in which places become free.
            while let waiting = predictions.firstIndex(where: { $0.key == key && $0.started == nil }) {
                let ends = predictions.filter { $0.key == key }.compactMap(\.end).filter {
                    $0 > predictions[waiting].created
                }
                .sorted()
                let start: Date
                if !options.limits || ends.count < options.running {
                    start = predictions[waiting].created
                } else {
                    start = ends[ends.count - options.running]
                }
                guard start <= now else { break }
                predictions[waiting].started = start
            }
        }
    }

    // MARK: Results and history

    private func result(_ incoming: Incoming, _ key: String, _ now: Date) -> Answer {
        let parts = incoming.path.dropFirst(Self.root.count).split(separator: "/")
        guard parts.count >= 2, let one = predictions.first(where: { $0.id == parts[1] && $0.key == key }) else {
            return Self.refusal(404, "prediction not found")
        }
        return wrapped(one.wire(options, origin: origin, now: now), mayBeBare: true)
    }

    private func history(_ incoming: Incoming, _ key: String, _ now: Date) -> Answer {
        let isPost = incoming.method == "POST"
        switch options.history {
        case .none,
            .post where !isPost, .get where isPost:
            return Self.refusal(404, "not found")
        case .both, .post, .get: break
        }
        let asked = isPost ? WireValue.parse(incoming.body) : nil
        func figure(_ name: String) -> Int? {
            asked?[name]?.whole
                ?? incoming.query.split(separator: "&").first { $0.hasPrefix(name + "=") }
                .flatMap { Int($0.dropFirst(name.count + 1)) }
        }
        let (page, size) = (max(1, figure("page") ?? 1), min(100, max(1, figure("page_size") ?? 20)))
        let after = asked?["created_after"]?.string.flatMap { try? Date($0, strategy: .iso8601) }
        let rows = predictions.filter { one in
            one.key == key && now.timeIntervalSince(one.created) >= options.historyLagSeconds
                && asked?["model"]?.string.map { $0 == one.model } ?? true
                && asked?["status"]?.string.map { $0 == one.status(at: now) } ?? true
                && after.map { one.created >= $0 } ?? true
        }.sorted { $0.created > $1.created }
        let shown = rows.dropFirst((page - 1) * size).prefix(size)
        return wrapped(
            .object([
                ("page", .int(page)), ("page_size", .int(size)), ("total", .int(rows.count)),
                ("items", .list(shown.map { $0.wire(options, origin: origin, now: now) })),
            ]))
    }

    // MARK: Files

    private mutating func upload(_ incoming: Incoming) -> Answer {
        switch incoming.path.dropFirst(Self.root.count) {
        case "/media/uploads":
            guard options.tickets == .accept else { return Self.refusal(404, "not found") }
            guard let asked = WireValue.parse(incoming.body), let name = asked["filename"]?.string,
                asked["size"]?.whole ?? 0 > 0
            else { return Self.refusal(400, "filename and size are required") }
            number += 1
            let place = "/_uploads/\(number)-\(name)"
            let type = asked["content_type"]?.string ?? "application/octet-stream"
            tickets[place] = type
            return wrapped(
                .object([
                    ("download_url", .text(origin + place)),
                    (
                        "upload",
                        .object([
                            ("method", .text("PUT")), ("url", .text(origin + place + "?signature=\(number)")),
                            ("headers", .object([("content-type", .text(type)), ("x-upload", .text("\(number)"))])),
                        ])
                    ),
                ]))
        case "/media/upload/binary":
            guard let type = incoming.headers["content-type"], type.hasPrefix("multipart/form-data"),
                let gap = incoming.body.firstRange(of: Array("\r\n\r\n".utf8))
            else { return Self.refusal(400, "file is required") }
            number += 1
            let place = "/_uploads/\(number)"
            let content = Array(incoming.body[gap.upperBound...])
            uploads[place] = (content, "application/octet-stream")
            return wrapped(
                .object([
                    ("type", .text("image")), ("download_url", .text(origin + place)), ("filename", .text("\(number)")),
                    ("size", .int(content.count)),
                ]))
        default: return Self.refusal(404, "not found")
        }
    }

    /// The store behind the tickets. It takes no key, and exactly the ticket's headers.
    private mutating func file(_ incoming: Incoming) -> Answer {
        guard incoming.method == "PUT" else {
            guard let file = uploads[incoming.path] else { return Answer(status: 404, body: []) }
            return Answer(headers: ["content-type": file.type], body: file.bytes)
        }
        guard let type = tickets[incoming.path], incoming.headers["content-type"] == type,
            incoming.headers["x-upload"] != nil, incoming.key == nil
        else { return Answer(status: 403, body: Array("<Error><Code>SignatureDoesNotMatch</Code></Error>".utf8)) }
        uploads[incoming.path] = (incoming.body, type)
        return Answer(body: [])
    }

    private func output(_ incoming: Incoming, _ now: Date) -> Answer {
        let parts = incoming.path.split(separator: "/")
        guard parts.count == 3, let one = predictions.first(where: { $0.id == parts[1] }),
            one.status(at: now) == "completed"
        else { return Answer(status: 404, body: []) }
        if one.isFilm { return Answer(headers: ["content-type": "video/mp4"], body: SimulatedFilm.bytes) }
        let sides = one.input["size"]?.string?.split(separator: "*").compactMap { Int($0) } ?? []
        let (width, height) = sides.count == 2 ? (sides[0], sides[1]) : (512, 512)
        let tint = one.id.utf8.reduce(UInt8(0)) { $0 &* 31 &+ $1 }
        return Answer(
            headers: ["content-type": "image/png"], body: PlainPicture.png(width: width, height: height, tint: tint))
    }

    // MARK: Prices

    private func price(_ incoming: Incoming) -> Answer {
        let isNew = incoming.path == Self.root + "/model/price"
        guard isNew ? options.newPricePath == .accept : incoming.path == Self.root + "/model/pricing" else {
            return Self.refusal(404, "not found")
        }
        guard let asked = WireValue.parse(incoming.body), let id = asked["model_id"]?.string,
            let model = SimulatedModels.model(id)
        else { return Self.refusal(400, "model not found") }
        let inputs = asked["inputs"] ?? .object([])
        // Without an input that it needs, a quote falls to the floor, and says nothing of it.
        let isBlind = model.required.contains { inputs[$0] == nil }
        let price = isBlind ? model.floor : model.price(inputs)
        return wrapped(
            .object(
                isNew
                    ? [("model_id", .text(id)), ("price", .double(price)), ("discounted_price", .double(price))]
                    : [("model_id", .text(id)), ("unit_price", .double(price)), ("currency", .text("USD"))]))
    }
}
