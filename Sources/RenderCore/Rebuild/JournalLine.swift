public import Foundation

/// The lines of a job's journal: everything that the ledger records about the job, from which a lost ledger is rebuilt.
///
/// Records are stored as in the ledger, times as RFC 3339. Signed links are never stored: after a rebuild, a result
/// that was not fetched yet is requested again.
public enum JournalLine {
    /// A job with its renders, as they were added.
    ///
    /// - Parameter outputs: by number of the render: those of renders that an earlier job delivered.
    /// - Throws: `EncodingError`, or what a record's own `encode` throws.
    public static func added(
        _ job: JobRecord, renders: [RenderRecord], outputs: [Int: [OutputRecord]] = [:], at now: Date
    ) throws -> JSONValue {
        [
            "at": .string(Timestamp.text(now)), "event": "added", "job": try value(job),
            "renders": .array(try renders.map { try value(Entry($0, outputs: outputs[$0.id.number])) }),
        ]
    }

    /// Renders that were appended to a job at work.
    ///
    /// - Throws: `EncodingError`, or what a record's own `encode` throws.
    public static func appended(_ renders: [RenderRecord], at now: Date) throws -> JSONValue {
        [
            "at": .string(Timestamp.text(now)), "event": "appended",
            "renders": .array(try renders.map { try value(Entry($0, outputs: nil)) }),
        ]
    }

    /// The job's row as it is now.
    ///
    /// - Throws: `EncodingError`, or what a record's own `encode` throws.
    public static func updated(_ job: JobRecord, at now: Date) throws -> JSONValue {
        ["at": .string(Timestamp.text(now)), "event": "job", "job": try value(job)]
    }

    /// The job was canceled as a whole: what was queued is canceled, and what would be queued later, too.
    public static func queueClosed(at now: Date) -> JSONValue {
        ["at": .string(Timestamp.text(now)), "event": "queue_closed"]
    }

    /// All renders have ended, and the job's folder moves to this shelf.
    public static func closed(_ shelf: Shelf, at now: Date) -> JSONValue {
        ["at": .string(Timestamp.text(now)), "event": .string(closed), "shelf": .string(shelf.rawValue)]
    }

    /// The event of such a line.
    public static let closed = "closed"

    /// These renders are in the queue again, and the job is active.
    ///
    /// - Throws: `EncodingError`, or what a record's own `encode` throws.
    public static func reopened(_ reopening: Reopening) throws -> JSONValue {
        [
            "at": .string(Timestamp.text(reopening.at)), "event": "reopened",
            "renders": .array(try reopening.renders.map { try value($0) }),
        ]
    }

    /// A render's move with all that was recorded in it.
    ///
    /// - Throws: `EncodingError`, or what a record's own `encode` throws.
    public static func step(_ step: Step) throws -> JSONValue {
        var line: [String: JSONValue] = [
            "at": .string(Timestamp.text(step.at)), "event": "step", "render": .int(step.render.number),
            "from": .string(step.from.rawValue), "to": .string(step.to.name.rawValue),
        ]
        if let judge = step.by { line["by"] = .string(judge) }
        switch step.to {
        case .queued, .delivered, .canceled: break
        case .sending(let attempt): line["attempt"] = .int(attempt)
        case .following(let task): line["task"] = .string(task.text)
        case .rendered(let result): line["result"] = try value(result.withoutLinks)
        case .failed(let failure), .undecided(let failure): line["failure"] = try value(failure)
        }
        let facts = try step.facts.map(fact)
        if !facts.isEmpty { line["facts"] = .array(facts) }
        return .object(line)
    }

    private static func fact(_ fact: Fact) throws -> JSONValue {
        switch fact {
        case .attemptBegan(var attempt), .attemptEnded(var attempt):
            attempt.shown = Redaction.value(attempt.shown)
            return ["attempt": try value(attempt)]
        case .task(let task): return ["task": try value(task)]
        case .output(let output): return ["output": try value(output)]
        case .reserve(let spend, caps: _), .spend(let spend): return ["spend": try value(spend)]
        case .result(let result): return ["result": try value(result.withoutLinks)]
        }
    }

    /// A render in an `added` line.
    struct Entry: Codable {
        var number: Int
        var plan: RenderPlan
        var state: RenderMachine.State.Name
        var attempts: Int
        var giveUpAt: Date?
        var since: Date
        /// Of a render that an earlier job delivered.
        var outputs: [OutputRecord]?

        init(_ render: RenderRecord, outputs: [OutputRecord]?) {
            self.outputs = outputs
            number = render.id.number
            plan = render.plan
            state = render.state.name
            attempts = render.attempts
            giveUpAt = render.giveUpAt
            since = render.since
        }
    }

    static func value(_ record: some Encodable) throws -> JSONValue { try JSONValue(encoding: record) }

    /// Nil where the value is none of that kind: of another version, or damaged.
    static func record<Record: Decodable>(_ type: Record.Type, from value: JSONValue?) -> Record? {
        guard let value else { return nil }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            guard let date = Timestamp.date(text) else {
                throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no time"))
            }
            return Date(epochMilliseconds: date.epochMilliseconds)
        }
        // Whatever cannot be read is left out, and the caller goes on with what can.
        return try? decoder.decode(type, from: JSONEncoder().encode(value))
    }
}
