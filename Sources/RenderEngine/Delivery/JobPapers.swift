import Foundation
public import RenderCore

/// Writes the files of an ended job: the summary beside the outputs and, for failed renders, the files in `failed/`.
struct JobPapers: Sendable {
    let job: JobRecord
    let histories: [RenderHistory]
    let provider: Sidecar.Provider
    let version: String

    /// Its folder left `working/` and did not come into the inbox: only these files are left of it.
    let isFolderGone: Bool
    private let advised: AdvisedCommands
    private let times: LocalTime
    private let now: Date

    init(
        job: JobRecord, histories: [RenderHistory], provider: Sidecar.Provider, version: String, now: Date,
        isFolderGone: Bool = false, advised: AdvisedCommands = AdvisedCommands(),
        times: LocalTime = .utc
    ) {
        self.times = times
        self.now = now
        self.advised = advised
        self.isFolderGone = isFolderGone
        var job = job
        job.finishedAt = now
        job.state = job.end(histories.map(\.render.state.name))
        self.job = job
        self.histories = histories
        self.provider = provider
        self.version = version
    }

    var state: JobRecord.State { job.state }
    var succeeded: Bool { state == .done }

    /// How much of a canceled job was not sent, and what the rest costs.
    var cancelReport: CancelReport {
        CancelReport(renders: histories.map(\.render), spend: histories.flatMap(\.spend))
    }

    /// What it came to.
    var progress: JobProgress {
        JobProgress(state, histories.map(\.render), spend: histories.flatMap(\.spend))
    }

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

    /// `ERROR.txt` and the sidecars of failed renders; empty after success.
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

    /// Tells people who open the folder what is wrong, where, and what to do.
    private var errorText: String {
        var lines: [String] = []
        if let failure = job.failure, failure.has(.canceledBeforeItBegan) {
            lines.append("\(job.name): \(failure.message). Nothing was sent and nothing was paid.")
        } else if let failure = job.failure {
            lines += [
                "\(ShownText.line(job.source)) cannot be rendered. Nothing was sent and nothing was paid.",
                "",
            ]
            lines.append(failure.message)
        } else {
            lines += renderLines
        }
        lines += ["", again, "Job \(job.id), dropped \(times.text(job.droppedAt, at: now)).", ""]
        return ShownText.block(advised.completed(lines.joined(separator: "\n")))
    }

    private var missing: [RenderHistory] { histories.filter { $0.render.state.name != .delivered } }

    /// What happened to the renders that were not delivered.
    private var renderLines: [String] {
        let done = histories.count - missing.count
        let reason =
            "Somebody moved its folder out of working/, renamed it or deleted it while the job was running: nothing more was sent."
        var lines = isFolderGone ? [reason, ""] : []
        lines += [
            state == .canceled
                ? "\(job.name) was canceled: \(cancelReport.words)."
                : "\(job.name) failed: \(missing.count) of \(Counted.text(histories.count, "render"))."
        ]
        if done > 0, let folder = job.outputFolder {
            let which = done == 1 ? "The other render was" : "The other \(done) renders were"
            lines.append("\(which) delivered to outbox/\(folder).")
        }
        for history in missing {
            guard case .failed(let why) = history.render.state else { continue }
            let failure = why.naming(job.id)
            let title = RenderTitle.of(history.render.plan, job: job.name, of: histories.count)
            let place =
                histories.count > 1 ? "\(history.render.id.number). \(title) (\(history.render.plan.model)): " : ""
            lines += ["", place + "\(failure.code): \(failure.message)"]
            if !failure.advice.isEmpty { lines.append("What to do: \(failure.advice)") }
            if let request = failure.requestID { lines.append("The provider's request id: \(request)") }
        }
        let canceled = missing.filter { $0.render.state.name == .canceled }.map { String($0.render.id.number) }
        if histories.count > 1, !canceled.isEmpty {
            lines += ["", "Canceled renders: \(NumberList.text(canceled.compactMap(Int.init)))"]
        }
        return lines
    }

    /// How to retry, and what it costs.
    private var again: String {
        if job.failure?.has(.canceledBeforeItBegan) == true {
            return "To render it after all: move this whole folder back into the inbox."
        }
        guard job.failure == nil else {
            return "To try again: correct the file, then move this whole folder back into the inbox."
        }
        let what = Counted.text(missing.count, "render")
        let price = JobPrice.of(missing.map(\.render)).map { "about \($0)" } ?? "its price is not known"
        let kept = histories.count - missing.count
        let head =
            isFolderGone
            ? "To render the rest: move the job's own folder, wherever it is now, into the inbox, and the job continues. If it was "
                + "deleted, drop the job file again: that pays for all of it."
            : state == .canceled
                ? "To render it after all: move this whole folder back into the inbox, or run `renderdrop retry \(job.id)`."
                : "To try again: correct what is wrong, then move this whole folder back into the inbox; if nothing needs "
                    + "correcting, run `renderdrop retry \(job.id)` instead."
        return head + "\nTrying again: \(what), \(price)."
            + (kept == 0
                ? ""
                : kept == 1
                    ? " You do not pay again for the delivered one."
                    : " You do not pay again for the \(kept) delivered ones.")
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
