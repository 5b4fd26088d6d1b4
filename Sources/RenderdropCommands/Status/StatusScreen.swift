import Foundation
import HotFolder
import RenderCore
import RenderEngine

/// What `status` shows to people: counts first, then as much as a screen holds.
struct StatusScreen: Sendable {
    /// How many lines there are for jobs and for files that wait; nil: as many as it takes.
    struct Capacity: Sendable, Equatable {
        var jobs: Int
        var waiting: Int

        /// Of a terminal with so many rows, below a head of so many lines.
        init(rows: Int, head: Int, jobs wanted: Int, waiting: Int) {
            // The rows between, the two lines that say how much more there is, and the prompt below.
            let rest = max(8, rows - head - 5)
            self.waiting = min(waiting, max(rest / 3, rest - wanted))
            jobs = rest - self.waiting
        }

        /// Where no terminal limits it.
        static let file = Capacity(jobs: 40, waiting: 100)

        private init(jobs: Int, waiting: Int) {
            self.jobs = jobs
            self.waiting = waiting
        }
    }

    /// Lines about renders below a job in a list of jobs.
    private static let rendersMax = 5

    let report: StatusReport
    let times: LocalTime
    let terminal: Terminal
    /// What was asked for; nil: everything.
    var search: String?
    var isAll = false
    /// Of the terminal; nil: there is none.
    var size: ScreenSize?

    private var isSearch: Bool { search != nil }

    var text: String {
        let head = isSearch ? searchHead : self.head
        let room = room(below: head.reduce(0) { $0 + rows($1) })
        let blocks = blocks(in: room?.jobs)
        var lines = head
        var left = room?.jobs ?? .max
        var shown = 0
        for block in blocks {
            guard shown == 0 || left >= block.count else { break }
            if shown == 0, !lines.isEmpty { lines.append("") }
            lines += block
            left -= block.count
            shown += 1
        }
        let more = blocks.count - shown + (report.moreJobs ?? 0)
        if more > 0, !isAll { lines.append(self.more(more, "job")) }
        if !report.waiting.isEmpty {
            if !lines.isEmpty { lines.append("") }
            lines += report.waiting.prefix(room?.waiting ?? .max).map { fitted("… \($0.file): \($0.reason)") }
            let more = report.waiting.count - (room?.waiting ?? .max)
            if more > 0 { lines.append(self.more(more, "file")) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func room(below head: Int) -> Capacity? {
        guard !isAll, !isSearch else { return nil }
        guard let size else { return .file }
        let wanted = report.jobs.reduce(0) { $0 + block($1, renders: Self.rendersMax).count }
        return Capacity(rows: size.rows, head: head, jobs: wanted, waiting: report.waiting.count)
    }

    /// On a terminal a line of the lists is one row; `status NAME` and `--all` show all of it.
    private func fitted(_ line: String) -> String {
        guard let size, !isAll, !isSearch else { return line }
        return DisplayWidth.cutStyled(terminal.completed(line), size.columns)
    }

    private func rows(_ line: String) -> Int {
        size.map { DisplayWidth.rows(terminal.completed(line), $0.columns) } ?? 1
    }

    /// Where not all fit, more jobs are worth more than their renders.
    private func blocks(in room: Int?) -> [[String]] {
        guard let room else { return report.jobs.map { block($0, renders: .max) } }
        for most in [Self.rendersMax, 1] {
            let blocks = report.jobs.map { block($0, renders: most) }
            if blocks.reduce(0, { $0 + $1.count }) <= room { return blocks }
        }
        return report.jobs.map { block($0, renders: 0) }
    }

    private func more(_ count: Int, _ noun: String) -> String {
        terminal.styled(
            "\(Counted.number(count)) more \(count == 1 ? noun : noun + "s"): "
                + "`renderdrop status \(search.map { ShellWord.quoted($0) + " " } ?? "")--all`", .dim)
    }

    // MARK: - The head

    private var head: [String] {
        var lines = [watcher]
        for notice in report.notices {
            for (index, line) in notice.notice.lines(times, at: report.at).enumerated() {
                lines.append(terminal.styled(ShownText.line(line), index == 0 ? .red : .dim))
            }
        }
        lines += ["Spent or reserved today: \(money(report.today)); this month: \(sum(report.month))", jobs]
        if let renders { lines.append(renders) }
        if let waiting { lines.append(waiting) }
        return lines
    }

    /// Whoever asks for one job need not be told of all; only why nothing happens with it.
    private var searchHead: [String] {
        let isOpen = !report.waiting.isEmpty || report.jobs.contains { $0.state == JobRecord.State.active.rawValue }
        return isOpen && !report.watcher.isRunning ? [watcher] : []
    }

    private var watcher: String {
        let who = report.watcher
        let name = who.host.map { "\($0)\(who.pid.map { " (process \($0))" } ?? "")" }
        let heard = who.heartbeat.map(ago)
        let start = "Start it: `renderdrop watch`"
        if who.isRunning {
            return "renderdrop runs\(name.map { " on \($0)" } ?? "")\(heard.map { ", last heartbeat \($0)" } ?? "")"
        }
        let words: String
        switch (who.standing, name, heard) {
        case (.silent, let name?, let heard?):
            words = "No watcher runs: the one on \(name) ended without notice, last heartbeat \(heard)."
        case (.stopped, let name?, let heard?):
            words = "No watcher runs: the one on \(name) stopped \(who.stopped.map(ago) ?? heard)."
        default: words = "No watcher runs."
        }
        return terminal.styled("\(words) \(start)", .yellow)
    }

    /// `4 s ago`, `21 Nov, 15:00 CET`
    private func ago(_ date: Date) -> String {
        let age = max(0, Int(report.at.timeIntervalSince(date).rounded()))
        return age < 90 ? "\(age) s ago" : times.text(date, at: report.at)
    }

    /// `0.40 CNY of 0.50 CNY (0.20 CNY spent, 0.20 CNY reserved; 0.20 CNY more in the queue)`
    private func money(_ period: StatusReport.Period) -> String {
        func words(_ amounts: [JSONMoney]) -> String { amounts.map(\.text).joined(separator: ", ") }
        var parts: [String] = []
        if !period.reserved.isEmpty {
            if !period.spent.isEmpty {
                parts.append("\(words(period.spent)) spent, \(words(period.reserved)) reserved")
            }
            if period.spent.isEmpty { parts.append("all of it reserved") }
        }
        if let queued = period.queued, queued.amount > 0 { parts.append("\(queued.text) more in the queue") }
        return sum(period) + (parts.isEmpty ? "" : " (\(parts.joined(separator: "; ")))")
    }

    private func sum(_ period: StatusReport.Period) -> String {
        let sum = period.committed.isEmpty ? "nothing" : period.committed.map(\.text).joined(separator: ", ")
        return sum + (period.cap.map { " of \($0.text)" } ?? "")
    }

    private var jobs: String {
        let counts = report.jobCounts
        let active = counts["active"] ?? 0
        var parts = [active == 0 ? "none active" : "\(Counted.number(active)) active"]
        for state in ["done", "failed", "canceled"] {
            if let count = counts[state], count > 0 { parts.append("\(Counted.number(count)) \(state)") }
        }
        return "Jobs: " + parts.joined(separator: ", ")
    }

    private var renders: String? {
        func count(_ states: RenderMachine.State.Name...) -> Int {
            states.reduce(0) { $0 + (report.counts[$1.rawValue] ?? 0) }
        }
        guard (report.jobCounts["active"] ?? 0) > 0 else { return nil }
        var parts = [
            "\(Counted.number(count(.queued))) in the queue",
            "\(Counted.number(count(.sending, .following))) at the provider",
            "\(Counted.number(count(.rendered))) being fetched",
        ]
        if report.lookedFor > 0 { parts.append("\(Counted.number(report.lookedFor)) being looked for") }
        let asking = max(0, count(.undecided) - report.lookedFor)
        if asking > 0 { parts.append("\(Counted.number(asking)) \(asking == 1 ? "needs" : "need") a decision") }
        return "Renders: " + parts.joined(separator: ", ")
    }

    private var waiting: String? {
        guard !report.waiting.isEmpty else { return nil }
        let parts = report.waitingCounts.map { "\(Counted.number($0.files)) \($0.kind.words)" }
        return "In the inbox: \(Counted.text(report.waiting.count, "file")) (\(parts.joined(separator: ", ")))"
    }

    // MARK: - Jobs

    /// - Parameter most: lines about renders; with 0 nothing says that there are more.
    private func block(_ job: StatusReport.Job, renders most: Int) -> [String] {
        let mark =
            switch job.state {
            case "done": terminal.styled("✓", .green)
            case "failed", "canceled": terminal.styled("✗", .red)
            default: job.needsDecision ? terminal.styled("!", .yellow) : "·"
            }
        var parts = [job.state]
        if !job.progress.words.isEmpty { parts.append(job.progress.words) }
        // A job file that is no job has nothing to tell of money.
        if !job.renders.isEmpty, !job.progress.price.isEmpty { parts.append(job.progress.price) }
        var head = "\(mark) \(terminal.styled(ShownText.line(job.path), .bold))  \(parts.joined(separator: "; "))"
        if let later = job.retriedAs { head += "; tried again as \(later)" }
        if let outbox = job.outbox { head += "  → outbox/\(ShownText.line(outbox))" }
        var lines = [head + terminal.styled("  \(job.shortID)", .dim)]
        if let error = job.error {
            lines.append("    " + ShownText.line(Failure.headline(of: error.message)))
            if let mistakes = error.problems, mistakes > 1 {
                let more = Counted.text(mistakes - 1, "more mistake")
                lines.append("    and \(more): failed/\(ShownText.line(job.path))/ERROR.txt")
            }
        }
        let found = (report.found ?? []).filter { $0.job == job.id }
        if !found.isEmpty { return lines + found.flatMap { self.found($0, job) } }
        let renders = job.renders.filter {
            isSearch || job.state == "active" && $0.state != "delivered" || $0.error != nil
        }
        lines += renders.prefix(most).map { "    " + $0.what }
        if most > 0, renders.count > most {
            lines.append("    \(Counted.number(renders.count - most)) more: `renderdrop status \(job.shortID)`")
        }
        return lines.map(fitted)
    }

    /// How a file came about.
    private func found(_ file: StatusReport.Found, _ job: StatusReport.Job) -> [String] {
        guard let render = job.renders.first(where: { $0.number == file.render }) else { return [] }
        var lines = [
            "    \(ShownText.line(file.file)): render \(render.number) of \(job.renders.count), \(ShownText.line(render.words))"
        ]
        if let seed = render.seed { lines.append("    Seed: \(seed)") }
        let prompt = ShownText.block(render.prompt).split(separator: "\n", omittingEmptySubsequences: false)
        lines.append("    Prompt: " + prompt.joined(separator: "\n            "))
        return lines
    }
}

extension JSONMoney {
    /// For people.
    var text: String { Money(micros: Int((amount * 1_000_000).rounded()), currency: currency).description }
}
