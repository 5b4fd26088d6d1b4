/// `NAME.summary.json`: the summary of a job of many renders. Described in `docs/sidecar.schema.json`.
public struct JobSummary: Sendable, Equatable {
    public static let schema = "renderdrop/summary/1"

    public struct Part: Sendable, Equatable {
        public var history: RenderHistory
        /// The render's sidecar, as a file name beside the summary or in the failed folder; nil: it has none yet.
        public var sidecar: String?

        public init(history: RenderHistory, sidecar: String?) {
            self.history = history
            self.sidecar = sidecar
        }
    }

    public var job: JobRecord
    /// In order of number.
    public var parts: [Part]
    /// Of renderdrop.
    public var version: String

    public init(job: JobRecord, parts: [Part], version: String) {
        self.job = job
        self.parts = parts
        self.version = version
    }

    /// The file's text.
    public var json: String {
        JSONText.object([
            .init("schema", .text(Self.schema)),
            .init("state", .text(job.state.rawValue)),
            .init("job", .object(Sidecar.identity(job) + [.init("retry_of", .text(job.retryOf?.text))])),
            .init("counts", counts),
            .init("cost", Sidecar.cost(parts.map(\.history))),
            .init(
                "timings",
                .object([
                    .init("dropped", .text(job.droppedAt.rfc3339)),
                    .init("claimed", .text(job.claimedAt.rfc3339)),
                    .init("finished", .text(job.finishedAt?.rfc3339)),
                ])),
            .init("renders", .array(parts.map(Self.line))),
            .init("renderdrop", .object([.init("version", .text(version))])),
        ]).pretty
    }

    private var counts: JSONText {
        let names = parts.map { $0.history.render.state.name }
        let states = RenderMachine.State.Name.allCases.map { name in
            JSONText.Member(name.rawValue, .int(names.count { $0 == name }))
        }
        return .object([.init("renders", .int(parts.count))] + states)
    }

    private static func line(_ part: Part) -> JSONText {
        let render = part.history.render
        var members: [JSONText.Member] = [
            .init("number", .int(render.id.number)),
            .init("state", .text(render.state.name.rawValue)),
            .init("model", .text(render.plan.model)),
            .init("prompt", .text(render.plan.prompt)),
            .init("seed", .int(render.plan.seed)),
            .init("outputs", .array(part.history.outputs.map { .text($0.file) })),
            .init("sidecar", .text(part.sidecar)),
        ]
        switch render.state {
        case .failed(let failure), .undecided(let failure): members.append(.init("error", Sidecar.error(failure)))
        case .queued, .sending, .following, .rendered, .delivered, .canceled: break
        }
        return .object(members)
    }
}
