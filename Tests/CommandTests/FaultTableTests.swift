import DashScopeSimulator
import Foundation
import RenderCore
import Testing

/// Every kind of trouble at every step, one after the other under one watcher: what has to come of it is in the table.
@Suite(.timeLimit(.minutes(15))) struct FaultTableTests {
    /// Some rows of one step; each sheet is a watcher of its own.
    struct Sheet: Sendable, CustomTestStringConvertible {
        var rows: [FaultRow]
        var testDescription: String { rows.map { "\($0.stage.rawValue): \($0.name)" }.joined(separator: ", ") }
    }

    private static let rowsMax = 7

    static let sheets = [
        FaultRow.submit, FaultRow.query, FaultRow.list, FaultRow.download, FaultRow.policy, FaultRow.upload,
    ].flatMap { rows in
        stride(from: 0, to: rows.count, by: rowsMax).map {
            Sheet(rows: Array(rows[$0..<min(rows.count, $0 + rowsMax)]))
        }
    }

    @Test(arguments: sheets)
    func `trouble costs nobody anything but time`(sheet: Sheet) async throws {
        // One attempt is all that a job has: what is nobody's fault must not use it up.
        let attempts = sheet.rows.contains { $0.paid > 1 } ? 3 : 1
        let settings = "limits: {attempts: \(attempts)}"
        try await withWorkplace(
            intake: "settle: 100ms", provider: "quiet_period: 500ms", settings: settings, turns: .waiting
        ) {
            place, simulator in
            let watch = try await place.watch()
            // Its task tells under which id our key is listed.
            try place.drop("first.yaml", Workplace.async)
            try await watch.says("first: done")
            for (index, row) in sheet.rows.enumerated() {
                try await play(row, index, place, simulator, watch)
            }
            watch.send(SIGTERM)
            #expect(try await watch.ended(within: .seconds(10)).code == 0)
            let states = try await place.status()["jobs"]?.array?.flatMap(\.renderStates) ?? []
            #expect(Set(states).isSubset(of: ["delivered", "failed"]), "\(states)")
            #expect(place.files("working") == [])
        }
    }

    private func play(
        _ row: FaultRow, _ index: Int, _ place: Workplace, _ simulator: RunningSimulator, _ watch: Child
    ) async throws {
        let name = "\(row.stage.rawValue)-\(index)"
        let label: Comment = "\(row.stage.rawValue): \(row.name)"
        simulator.clearFaults()
        for rule in row.rules { simulator.addFault(rule) }
        let (seen, paid) = (simulator.requests().count, simulator.paidSubmits)
        try drop(row.job, name, seed: index + 100, place)
        let word = if case .delivered = row.end { "done" } else { "job failed" }
        do {
            try await watch.says("\(name): \(word)")
        } catch {
            Issue.record("\(label): \(error)")
            throw error
        }
        let requests = Array(simulator.requests().dropFirst(seen))
        let atStage = requests.filter { $0.kind == row.stage }
        #expect(requests.count { $0.kind == .submit } == row.submits, label)
        #expect(simulator.paidSubmits - paid == row.paid, label)
        #expect(atStage.count <= row.most, "\(label): \(atStage.count) requests")
        #expect(row.rules.isEmpty || requests.contains { $0.fault != nil }, "\(label): the trouble never came")
        if row.gap > 0 {
            let times = atStage.compactMap { try? Workplace.seconds($0.at) }
            #expect(times.count > 1 && times[1] - times[0] >= row.gap - 0.05, "\(label): \(times)")
        }
        switch row.end {
        case .delivered: try delivered(row, name, label, place)
        case .failed(let code, let advice):
            let words = try place.text("failed/\(name)/ERROR.txt")
            #expect(words.contains(code) && words.contains(advice), "\(label): \(words)")
            #expect(place.files("outbox/\(name)") == [], label)
        }
    }

    private func delivered(_ row: FaultRow, _ name: String, _ label: Comment, _ place: Workplace) throws {
        let pictures = row.job == .async ? ["\(name)-1.png", "\(name)-2.png"] : ["\(name)-1.png"]
        #expect(place.files("outbox/\(name)") == pictures + ["\(name).json"], label)
        for picture in pictures where row.job != .upload {
            #expect(try place.size("outbox/\(name)/\(picture)") == [512, 512], label)
        }
        let sidecar = try place.json("outbox/\(name)/\(name).json")
        #expect(sidecar["attempts"]?.array?.count == row.submits, label)
        #expect(sidecar["outputs"]?.array?.count == pictures.count, label)
    }

    private func drop(_ job: FaultRow.Job, _ name: String, seed: Int, _ place: Workplace) throws {
        switch job {
        // Each with a prompt of its own: which of two that differ in their seed only a lost task belongs to, only a person can tell.
        case .sync: try place.drop("\(name).yaml", Workplace.sync.replacing("paper boat", with: "paper boat \(name)"))
        case .async: try place.drop("\(name).yaml", Workplace.async.replacing("tin robot", with: "tin robot \(name)"))
        case .upload:
            // Never the same bytes twice, or what was uploaded before would do.
            let end = Array(String(seed).utf8)
            let picture = try sample("samples/photos/cat.jpg") + [UInt8](repeating: 0, count: 8 << 20) + end
            try place.renameIn("\(name).jpg", picture)
            try place.renameIn(
                "\(name).yaml", "prompt: A hat\nmodel: qwen-image-2.0\nsize: 512*512\nreferences: [\(name).jpg]\n")
        }
    }
}
