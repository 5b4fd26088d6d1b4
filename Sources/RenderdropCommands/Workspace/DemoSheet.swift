import Foundation
import RenderCore

/// The contact sheet of a demo: what lies in the outbox, with what was asked.
enum DemoSheet {
    static let name = "index.html"

    /// - Returns: the page's path.
    static func write(_ outbox: String, _ ledger: any JobHistory) async throws -> String {
        var jobs: [ContactSheet.Job] = []
        for job in try await ledger.jobs(JobFilter(states: [.done])).reversed() {
            var plans: [RenderPlan] = []
            var cost: [Money] = []
            for render in try await ledger.renders(of: job.id) {
                plans.append(render.plan)
                cost += try await ledger.history(of: render.id)?.spend.compactMap(\.actual) ?? []
            }
            let folder = job.outputFolder ?? job.name
            jobs.append(
                ContactSheet.Job(
                    name: job.name, what: what(plans), prompt: plans.first?.prompt ?? "", cost: sum(cost)?.description,
                    files: names(in: outbox + "/" + folder).compactMap { file(folder, $0, below: outbox) }))
        }
        let path = outbox + "/" + name
        let page = ContactSheet(
            title: "What the samples became",
            note: "The simulator made these. Its films are short stand-ins, whatever length and size were asked for.",
            jobs: jobs
        ).html
        do {
            try Data(page.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure(.folderGone, .notWritable(path, reason: error.localizedDescription))
        }
        return path
    }

    /// Texts among a job's outputs.
    static func texts(in folder: String) -> [String] {
        names(in: folder).filter { ContactSheet.content(ofName: $0) == .text("") }
    }

    /// In the order in which people count: `cat-2.png` before `cat-10.png`.
    private static func names(in folder: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []  // none came
        return all.filter { !$0.hasPrefix(".") }.sorted { $0.localizedStandardCompare($1) == .orderedAscending }
    }

    private static func file(_ folder: String, _ name: String, below outbox: String) -> ContactSheet.File? {
        guard var content = ContactSheet.content(ofName: name) else { return nil }
        if case .text = content {
            // Our own file, just written; one that cannot be read is linked all the same.
            let bytes = FileManager.default.contents(atPath: "\(outbox)/\(folder)/\(name)") ?? Data()
            content = .text(String(decoding: bytes, as: UTF8.self))
        }
        let note = content == .film ? film("\(outbox)/\(folder)/\(name)") : nil
        return ContactSheet.File(path: "\(folder)/\(name)", content: content, note: note)
    }

    /// `1.5 s, 1280×720`; nil where the file does not tell.
    private static func film(_ path: String) -> String? {
        guard let bytes = FileManager.default.contents(atPath: path), let film = MediaProbe(MediaSample([UInt8](bytes)))
        else { return nil }
        let tenths = film.seconds.flatMap { Int(exactly: ($0 * 10).rounded()) }
        let length = tenths.map { $0.isMultiple(of: 10) ? "\($0 / 10) s" : "\($0 / 10).\($0 % 10) s" }
        let words = [length, film.size.map { "\($0.width)×\($0.height)" }].compactMap(\.self)
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }

    private static func what(_ plans: [RenderPlan]) -> String {
        var words: [String] = []
        for plan in plans {
            let word = "\(plan.kind.rawValue) with \(plan.model)" + (plan.function.map { ", \($0)" } ?? "")
            if !words.contains(word) { words.append(word) }
        }
        return words.joined(separator: "; ")
    }

    private static func sum(_ amounts: [Money]) -> Money? {
        guard let first = amounts.first, amounts.allSatisfy({ $0.currency == first.currency }) else { return nil }
        return Money(micros: amounts.reduce(0) { $0 + $1.micros }, currency: first.currency)
    }
}
