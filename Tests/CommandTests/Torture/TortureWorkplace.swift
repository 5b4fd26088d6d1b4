import DashScopeSimulator
import Foundation
import RenderTestSupport

/// A workspace against a simulator whose every answer is heard before it is sent.
struct TortureWorkplace: Sendable {
    let place: Workplace
    let simulator: RunningSimulator
    let listener: Listener
    /// On which the workspace lies; nil: on the machine's own.
    var disk: CutDisk?

    /// - Parameters:
    ///   - isDisturbed: answers and pictures now and then take their time, so that a kill finds them under way.
    ///   - kind: what the workspace lies on; nil: on the machine's own disk.
    static func with<Value: Sendable>(
        speed: Double, isDisturbed: Bool, settings: String = "", on kind: CutDisk.Kind? = nil,
        _ body: @Sendable (TortureWorkplace) async throws -> Value
    ) async throws -> Value {
        var options = SimulatorOptions()
        options.speed = speed
        // The catalogue below has no real limits, either: the kills take longer than the jobs in any case.
        options.limits = false
        options.faults = [
            FaultRule(.init(.submit, model: TortureJob.failing), .taskFails(code: "DataInspectionFailed")),
            FaultRule(.init(.submit, model: TortureJob.failingInPart), .partialFailure(1)),
        ]
        if isDisturbed {
            options.faults += [
                FaultRule(.init(.submit, probability: 0.3), .slow(seconds: 0.2)),
                FaultRule(.init(.query, probability: 0.1), .slow(seconds: 0.2)),
                FaultRule(.init(.result, probability: 0.4), .slow(seconds: 0.4)),
            ]
        }
        let listener = Listener()
        return try await Simulator(options: options, log: { listener.hear($0) }).withRunning { simulator in
            let place = try Workplace(baseURL: simulator.baseURL)
            let disk = try kind.map { try CutDisk($0, at: place.root) }
            defer { disk?.unmount() }
            let made = try await place.command("init", place.root)
            guard made.code == 0 else { throw Late(description: made.error) }
            let rows = TortureJob.models.map {
                "  - {id: \($0), like: \($0), limit: {submits: 20, per: 1s, running: 10}}\n"
            }
            try place.folder.write("studio/models.yaml", ("models:\n" + rows.joined()).utf8)
            try place.folder.write(
                "studio/watch.yaml",
                "intake: {settle: 200ms, scan: 1s}\nmodels: {catalogue: models.yaml}\n\(settings)\n".utf8)
            let value: Value
            do {
                value = try await body(
                    TortureWorkplace(place: place, simulator: simulator, listener: listener, disk: disk))
            } catch {
                try place.close()
                throw error
            }
            try place.close()
            return value
        }
    }

    func start(_ command: String) throws -> Child {
        try place.start([command, "--config", place.root, "--base-url", place.baseURL])
    }

    /// Puts a job's files into the inbox, in any order and in any way that a program might.
    func drop(_ job: TortureJob, _ chance: inout Chance) async throws {
        for file in job.files.shuffled(using: &chance) {
            let path = job.folder + file
            let bytes = file == job.file ? Array(job.text.utf8) : try sample("samples/photos/cat.jpg")
            // Renamed in below a folder: the folder has to be there, which a plain write sees to.
            if job.folder.isEmpty, disk == nil, chance.happens(0.4) {
                try place.renameIn(path, bytes)
            } else if file == job.file, chance.happens(0.4) {
                // An empty file is awaited however long it stands; half a one would be taken on a busy machine.
                try place.drop(path, [])
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...60, using: &chance)))
                try place.drop(path, bytes)
            } else {
                try place.drop(path, bytes)
            }
        }
        try disk?.flush()
    }
}
