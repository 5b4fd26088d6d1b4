import FoundationEssentials
import HTTPTypes

/// `/_simulator/…`: the simulator's own switches and records, on the same port, without a key.
struct AdminAPI {
    let service: SimulatorService

    func answer(_ request: Incoming) -> Answer {
        switch (request.path.dropFirst("/_simulator/".count), request.method) {
        case ("faults", .get): return encoded(service.with { world, _ in world.faults.rules })
        case ("faults", .post): return addFaults(request)
        case ("faults", .delete):
            service.with { world, _ in world.faults.clear() }
            return Answer(status: 204)
        case ("requests", .get): return encoded(service.with { world, _ in world.requests })
        case ("requests", .delete):
            service.with { world, _ in world.requests = [] }
            return Answer(status: 204)
        case ("paid", .get): return encoded(service.paid())
        case ("tasks", .get): return encoded(service.tasks())
        case ("foreign-tasks", .post): return addForeign(request)
        case ("advance", .post):
            guard let seconds = decoded(request, as: Advance.self)?.seconds, seconds >= 0 else { return malformed }
            service.advance(seconds: seconds)
            return Answer(status: 204)
        default: return .json(.make(["code": "NotFound", "message": "No such control."]), status: 404)
        }
    }

    private struct Advance: Codable { var seconds: Double }

    private func addFaults(_ request: Incoming) -> Answer {
        guard let rules = decoded(request, as: [FaultRule].self) ?? decoded(request, as: FaultRule.self).map({ [$0] })
        else { return malformed }
        service.with { world, _ in world.faults.add(rules) }
        return Answer(status: 204)
    }

    private func addForeign(_ request: Incoming) -> Answer {
        guard
            let foreign = decoded(request, as: [ForeignTask].self)
                ?? decoded(request, as: ForeignTask.self).map({ [$0] })
        else { return malformed }
        do {
            return encoded(try foreign.map { try service.addForeign($0) })
        } catch {
            return .json(.make(["code": "InvalidParameter", "message": "\(error)"]), status: 400)
        }
    }

    private func decoded<Value: Decodable>(_ request: Incoming, as type: Value.Type) -> Value? {
        // Nil is answered with 400 by every caller.
        try? JSONDecoder().decode(type, from: Data(request.body))
    }

    private func encoded(_ value: some Encodable) -> Answer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Reports of ours always encode; the answer says so should one not.
        guard let data = try? encoder.encode(value) else { return malformed }
        var answer = Answer(body: Array(data))
        answer.set("Content-Type", "application/json")
        return answer
    }

    private var malformed: Answer {
        .json(.make(["code": "InvalidParameter", "message": "The body is not what this control takes."]), status: 400)
    }
}

extension SimulatorService {
    func paid() -> [PaidAccount] {
        with { world, now in
            world.advance(to: now)
            return world.accounts.paid.values.sorted { $0.account < $1.account }
        }
    }

    func tasks() -> [SimulatedTaskReport] {
        with { world, now in
            world.advance(to: now)
            return world.report(now: now)
        }
    }

    /// - Throws: `SimulatorError` for a model that has no asynchronous path here.
    func addForeign(_ foreign: ForeignTask) throws(SimulatorError) -> String {
        let id = with { world, now -> String? in
            // The only refusal is an unknown model.
            try? world.addForeign(foreign, now: now)
        }
        guard let id else { throw SimulatorError.unknownModel(foreign.model) }
        return id
    }
}
