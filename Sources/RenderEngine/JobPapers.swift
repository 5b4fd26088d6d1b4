import Foundation
public import RenderCore

/// What is written when a job ends: its summary beside the outputs, and for what failed the papers that go with it.
struct JobPapers: Sendable {
    let job: JobRecord
    let histories: [RenderHistory]
    let provider: Sidecar.Provider
    let version: String

    init(job: JobRecord, histories: [RenderHistory], provider: Sidecar.Provider, version: String, now: Date) {
        var job = job
        job.finishedAt = now
        job.state = Self.state(job, histories)
        self.job = job
        self.histories = histories
        self.provider = provider
        self.version = version
    }

    private static func state(_ job: JobRecord, _ histories: [RenderHistory]) -> JobRecord.State {
        let names = histories.map(\.render.state.name)
        if job.failure != nil || names.contains(.failed) { return .failed }
        return names.contains(.canceled) ? .canceled : .done
    }

    var state: JobRecord.State { job.state }
    var succeeded: Bool { state == .done }

    var firstFailure: Failure? {
        if let failure = job.failure { return failure }
        for history in histories {
            if case .failed(let failure) = history.render.state { return failure }
        }
        return nil
    }

    /// Only a job of many renders has one.
    var summary: (name: String, bytes: [UInt8])? {
        guard histories.count > 1 else { return nil }
        let parts = histories.map { history in
            let number = history.render.id.number
            let delivered = history.render.state.name == .delivered
            return JobSummary.Part(
                history: history,
                sidecar: OutputNaming.sidecar(
                    job: job.name, render: number, of: histories.count, failed: !delivered))
        }
        return (
            job.name + OwnFiles.summarySuffix, Array(JobSummary(job: job, parts: parts, version: version).json.utf8)
        )
    }

    /// `ERROR.txt` and the sidecars of what failed; empty after success.
    var failureFiles: [String: [UInt8]] {
        guard !succeeded else { return [:] }
        var files = [OwnFiles.error: Array(errorText.utf8)]
        if let sidecar = Sidecar(failedJob: job, provider: provider, version: version) {
            files[job.name + OwnFiles.failedSuffix] = Array(sidecar.json.utf8)
        }
        for history in histories where history.render.state.name != .delivered {
            let sidecar = Sidecar(
                job: job, history: history, renders: histories.count, provider: provider, version: version)
            let name = OutputNaming.sidecar(
                job: job.name, render: history.render.id.number, of: histories.count, failed: true)
            if let sidecar { files[name] = Array(sidecar.json.utf8) }
        }
        return files
    }

    /// For whoever opens the folder: what is wrong, where, and what to do.
    private var errorText: String {
        var lines: [String] = []
        if let failure = job.failure {
            lines += [
                "\(ShownText.line(job.source)) is no job that can be rendered. Nothing was sent and nothing was paid.",
                "",
            ]
            lines.append(failure.message)
        } else {
            let ended = histories.filter { $0.render.state.name != .delivered }
            let done = histories.count - ended.count
            lines.append(
                state == .canceled
                    ? "\(job.name) was cancelled." : "\(job.name) failed: \(ended.count) of \(histories.count) renders."
            )
            if done > 0, let folder = job.outputFolder {
                lines.append("The other \(done) were delivered to outbox/\(folder).")
            }
            for history in ended {
                lines.append("")
                let place =
                    histories.count > 1 ? "render \(history.render.id.number) (\(history.render.plan.model)): " : ""
                switch history.render.state {
                case .failed(let failure):
                    lines.append(place + "\(failure.code): \(failure.message)")
                    if !failure.advice.isEmpty { lines.append("What to do: \(failure.advice)") }
                    if let request = failure.requestID { lines.append("The provider's request id: \(request)") }
                case .canceled, .queued, .sending, .following, .rendered, .delivered, .undecided:
                    lines.append(place + "cancelled")
                }
            }
        }
        lines += [
            "",
            "To try again: correct what is wrong, then move this whole folder back into the inbox.",
            "Job \(job.id), dropped \(Timestamp.text(job.droppedAt)).", "",
        ]
        return ShownText.block(lines.joined(separator: "\n"))
    }
}

extension OutputNaming {
    /// `cat.json`, `cat-002.json` for a job of many renders, `cat.failed.json` where it failed.
    static func sidecar(job: String, render: Int, of total: Int, failed: Bool = false) -> String {
        stem(job: job, render: render, of: total) + (failed ? OwnFiles.failedSuffix : ".json")
    }

    /// The name that an output is to get: its own template, or the one for so many renders.
    public static func output(
        template: String?, job: String, render: Int, of total: Int, index: Int, seed: Int?, model: String, date: String,
        fileExtension: String
    ) -> String {
        fileName(
            template: template ?? Self.template(renders: total),
            values: [
                "job": job, "index": String(index), "render": digits(render), "seed": seed.map(String.init) ?? "",
                "model": model, "date": date,
            ], fileExtension: fileExtension)
    }
}
