import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// Moving and deleting folders are answers: what the real binary makes of them while a job runs.
@Suite(.timeLimit(.minutes(15))) struct MovedFolderTests {
    private static func batch(_ count: Int) -> String {
        Workplace.async.replacing("n: 2", with: "n: 1").replacing(
            "seed: 7", with: "seed: [\((1...count).map(String.init).joined(separator: ", "))]")
    }

    /// A batch of eight at work: some of it at the provider, the rest in the queue.
    private func started(
        _ place: Workplace, _ simulator: RunningSimulator, as name: String = "Acme/poster.yaml"
    ) async throws -> (watch: Child, folder: String) {
        let watch = try await place.watch()
        try place.drop(name, Self.batch(8))
        try await watch.says("renders as it allows at once")
        // What was admitted has arrived: from here on one submit at most is on its way.
        try await eventually("the provider has what it works on") {
            let states = try await states(place)
            return states.contains("following") && !states.contains("sending") && states.contains("queued")
        }
        let status = try #require(place.files("working").first { $0.hasSuffix(".yaml") })
        return (watch, "working/" + (status as NSString).deletingLastPathComponent)
    }

    private func move(_ place: Workplace, _ from: String, _ to: String) throws {
        try FileManager.default.createDirectory(
            atPath: (place(to) as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: place(from), toPath: place(to))
    }

    /// Waits, and lets the provider finish what it has whenever it has something new: a clock that is moved on without need lets
    /// results die.
    private func finish(
        _ what: String, _ simulator: RunningSimulator, until holds: () throws -> Bool
    ) async throws {
        try await eventually(what) {
            simulator.finishWhatRuns()
            return try holds()
        }
    }

    /// Whether each result that the simulator has is in the outbox with its sidecar: no download is under way that a
    /// moved folder could meet half-way.
    private func allIsDelivered(_ place: Workplace, _ simulator: RunningSimulator) throws -> Bool {
        let finished = simulator.tasks().count { $0.status == "SUCCEEDED" }
        let sidecars = place.files("outbox/Acme/poster").count { $0.hasSuffix(".json") }
        return finished > 0 && finished == sidecars && finished == pictures(place, "Acme/poster").count
    }

    private func states(_ place: Workplace) async throws -> [String] {
        try await place.status("poster").job("poster")?.renderStates ?? []
    }

    private func pictures(_ place: Workplace, _ folder: String) -> [String] {
        place.files("outbox/" + folder).filter { $0.hasSuffix(".png") }
    }

    @Test func `a job's folder shows its name, and the folder that it came from`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let (_, folder) = try await started(place, simulator, as: "Acme/4711/poster.yaml")
            #expect(folder.hasPrefix("working/Acme/4711/poster~"))
            let tail = String(folder.suffix(8))
            let job = try #require(try await place.status(tail).job("poster"))
            #expect(job["id"]?.string?.hasSuffix(tail) == true)
        }
    }

    @Test(arguments: ["inbox/poster", "inbox/other/renamed by hand"])
    func `dragged back while it runs the same job goes on, and nothing is sent twice`(target: String) async throws {
        try await withWorkplace(.standing) { place, simulator in
            let (watch, folder) = try await started(place, simulator)
            let id = try await place.status("poster").job("poster")?["id"]?.string
            try move(place, folder, target)
            try await watch.says("the job continues")
            try await eventually("it lies in working again") { place.has(folder) && !place.has(target) }
            try await finish("all are delivered", simulator) {
                pictures(place, "Acme/poster").count == 8
            }
            try await watch.says("poster: done")
            #expect(simulator.paidSubmits == 8)
            let jobs = try await place.status("poster")["jobs"]?.array ?? []
            #expect(jobs.count == 1 && jobs.first?["id"]?.string == id)
            #expect(place.files("archive").contains("Acme/poster/poster.yaml"))
            #expect(place.files("working") == [])
        }
    }

    @Test func `taken away the queue is closed at once, and back in the inbox it opens again`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let (watch, folder) = try await started(place, simulator)
            let sent = simulator.submits
            try move(place, folder, "elsewhere/desk")
            // A place is free: the next submit finds the folder gone.
            try await finish("it has ended", simulator) { place.has("failed/Acme/poster/ERROR.txt") }
            try await watch.says("renderdrop sends nothing more of it")
            try await watch.says("poster: canceled")
            #expect(simulator.submits <= sent + 1)
            let closed = simulator.submits
            #expect(
                try place.text("failed/Acme/poster/ERROR.txt").contains("Somebody moved its folder out of working/"))
            try move(place, "elsewhere/desk", "inbox/Acme/desk")
            try await watch.says("the job continues")
            try await finish("all are delivered", simulator) {
                pictures(place, "Acme/poster").count == 8
            }
            try await watch.says("poster: done")
            #expect(closed < 8 && simulator.paidSubmits == 8)
            // What was told while it was away is true no longer.
            #expect(place.files("failed") == [])
        }
    }

    @Test func `a copy of the folder makes no second job`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let (watch, folder) = try await started(place, simulator)
            try FileManager.default.copyItem(atPath: place(folder), toPath: place("inbox/copy"))
            try await watch.says("a copy of the folder of poster")
            try await eventually("it is told beside the copy") {
                (try? place.text("inbox/_WAITING.txt"))?.contains("copy: a copy of the folder of poster") ?? false
            }
            try await finish("all are delivered", simulator) {
                pictures(place, "Acme/poster").count == 8
            }
            try await watch.says("poster: done")
            #expect(simulator.paidSubmits == 8)
        }
    }

    @Test func `a folder of a job that nobody here knows waits, as it was paid for elsewhere`() async throws {
        try await withWorkplace { place, simulator in
            let journal = #"{"event":"intent","job":"01jdxgy0a0c8e9g0h1j2k3m4n5","render":1,"attempt":1}"# + "\n"
            try place.drop("theirs/poster.yaml", Workplace.async)
            try place.folder.write("studio/inbox/theirs/journal.jsonl", journal.utf8)
            try place.folder.write("studio/inbox/theirs/.renderdrop-job", "01jdxgy0a0c8e9g0h1j2k3m4n5\n".utf8)
            let run = try await place.run()
            #expect(run.code == 0, "\(run.error)")
            #expect(try place.text("inbox/_WAITING.txt").contains("this workspace does not know"))
            #expect(simulator.submits == 0 && place.has("inbox/theirs/poster.yaml"))
            // The advice, followed: only then it is paid for.
            try move(place, "inbox/theirs/poster.yaml", "inbox/poster.yaml")
            #expect(try await place.run().code == 0)
            #expect(simulator.paidSubmits == 1)
        }
    }

    @Test func `deleted at work, what was sent is delivered and told`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let (watch, folder) = try await started(place, simulator)
            place.forget("Acme/poster.yaml")
            try FileManager.default.removeItem(atPath: place(folder))
            try await finish("it is told in failed", simulator) {
                place.has("failed/Acme/poster/ERROR.txt")
            }
            try await watch.says("renderdrop sends nothing more of it")
            try await watch.says("poster: canceled")
            let sent = simulator.paidSubmits
            #expect(sent < 8 && pictures(place, "Acme/poster").count == sent)
            let text = try place.text("failed/Acme/poster/ERROR.txt")
            #expect(text.contains("\(8 - sent) canceled") && text.contains("outbox/Acme/poster"), "\(text)")
            // There is no job file to try again with.
            #expect(!text.contains("renderdrop retry") && text.contains("drop the job file again"), "\(text)")
            let retry = try await place.command("retry", "poster", "--yes", "--config", place.root)
            #expect(retry.error.contains("is not in failed/Acme/poster"), "\(retry.out)\(retry.error)")
            let states = try await states(place)
            #expect(states.count { $0 == "delivered" } == sent && states.count { $0 == "canceled" } == 8 - sent)
            #expect(place.files("failed").contains { $0.hasSuffix(".failed.json") })
            #expect(try place.json("outbox/Acme/poster/poster.summary.json")["state"]?.string == "canceled")
            // A restart finds nothing to do.
            watch.send(SIGTERM)
            _ = try await watch.ended()
            #expect(try await place.run().code == 0)
            #expect(simulator.paidSubmits == sent)
        }
    }

    @Test(arguments: [true, false])
    func `dragged into failed it is closed, what was sent is delivered, and its papers are there`(
        isWatched: Bool
    ) async throws {
        try await withWorkplace(.standing) { place, simulator in
            let (watch, folder) = try await started(place, simulator)
            if !isWatched {
                watch.send(SIGKILL)
                _ = try await watch.ended()
            }
            let before = simulator.paidSubmits
            try move(place, folder, "failed/Acme/mine")
            let after = isWatched ? watch : try await place.watch()
            try await finish("its papers are there", simulator) { place.has("failed/Acme/mine/ERROR.txt") }
            try await after.says("poster: canceled")
            let sent = simulator.paidSubmits
            #expect(sent <= before + 1 && sent < 8)
            #expect(pictures(place, "Acme/poster").count == sent)
            #expect(try await states(place).count { $0 == "delivered" } == sent)
            // Into the inbox with it: the same job, and the rest of it only.
            try move(place, "failed/Acme/mine", "inbox/mine")
            try await after.says("the job continues")
            try await finish("all are delivered", simulator) { pictures(place, "Acme/poster").count == 8 }
            try await after.says("poster: done")
            #expect(simulator.paidSubmits == 8)
        }
    }

    @Test func `sub-folders that differ in case only have one tree`() async throws {
        try await withWorkplace { place, _ in
            try place.drop("Acme/4711/tree.yaml", Workplace.async)
            try place.drop("acme/4711/house.yaml", Workplace.async.replacing("robot", with: "house"))
            try place.drop("ACME/4711/bad.yaml", "prompt: [\n")
            #expect(try await place.run().code == 3)
            for shelf in ["outbox", "archive"] {
                let tops = Set(place.files(shelf).filter { $0.contains("/") }.map { $0.split(separator: "/")[0] })
                #expect(tops.count == 1, "\(shelf): \(tops)")
            }
            #expect(place.files("outbox").count { $0.hasSuffix(".png") } == 4)
        }
    }

    @Test func `an outbox folder that was moved gets the rest beside a note that says so`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let (watch, folder) = try await started(place, simulator)
            simulator.finishAll()
            try await eventually("the first are delivered") {
                try allIsDelivered(place, simulator)
            }
            try move(place, "outbox/Acme/poster", "elsewhere/poster")
            try await finish("all are delivered", simulator) {
                pictures(place, "Acme/poster").count + place.files("elsewhere").count { $0.hasSuffix(".png") }
                    >= 8
            }
            try await watch.says("was moved or deleted while the job runs")
            try await watch.says("poster: done")
            let note = try place.text("outbox/Acme/poster/_NOTE.txt")
            #expect(note.contains("-1.png") && note.contains("had been moved or deleted"), "\(note)")
            let sidecars = place.files("outbox/Acme/poster").filter { $0.hasSuffix(".json") && !$0.contains("summary") }
            let marked = try sidecars.filter {
                try place.json("outbox/Acme/poster/" + $0)["job"]?["output_folder_remade"]?.string != nil
            }
            #expect(!marked.isEmpty)
            #expect(simulator.paidSubmits == 8 && !place.has(folder))
        }
    }

    /// What somebody may put in the place of an output folder.
    enum Substitute: String, Sendable, CaseIterable { case link, file, empty }

    @Test(arguments: Substitute.allCases)
    func `an outbox folder that something else took the place of holds up nobody`(other: Substitute) async throws {
        try await withWorkplace(.standing) { place, simulator in
            let (watch, _) = try await started(place, simulator)
            simulator.finishAll()
            try await eventually("the first are delivered") {
                try allIsDelivered(place, simulator)
            }
            let own = place("outbox/Acme/poster")
            try move(place, "outbox/Acme/poster", "elsewhere/poster")
            switch other {
            case .link: try #require(symlink(place("elsewhere/poster"), own) == 0)
            case .file: try Data("mine".utf8).write(to: URL(fileURLWithPath: own))
            case .empty: try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: false)
            }
            try place.drop("hat.yaml", Workplace.async)
            try await finish("all are delivered", simulator) {
                pictures(place, "Acme/poster-2").count + place.files("elsewhere").count { $0.hasSuffix(".png") } >= 8
                    && pictures(place, "hat").count == 2
            }
            try await watch.says("was moved or deleted while the job runs")
            try await watch.says("poster: done")
            try await watch.says("hat: done")
            #expect(!watch.error.contains("not_a_file"))
            #expect(place.has("outbox/Acme/poster-2/_NOTE.txt"))
            #expect(simulator.paidSubmits == 9 && simulator.requests(.result).count == 10)
        }
    }

    @Test func `deleting one output is no error`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let (watch, _) = try await started(place, simulator)
            try await finish("the first are delivered", simulator) {
                !pictures(place, "Acme/poster").isEmpty
            }
            let first = try #require(pictures(place, "Acme/poster").first)
            try FileManager.default.removeItem(atPath: place("outbox/Acme/poster/" + first))
            try await finish("the rest is delivered", simulator) {
                pictures(place, "Acme/poster").count == 7
            }
            try await watch.says("poster: done")
            #expect(!place.has("outbox/Acme/poster/_NOTE.txt") && simulator.paidSubmits == 8)
        }
    }

    @Test func `saved again while the first is at work, both name each other`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try await place.watch()
            try place.drop("edit.yaml", Workplace.async)
            try await watch.says("accepted")
            try place.renameIn("edit.yaml", Workplace.async.replacing("robot", with: "owl"))
            try await watch.says("was saved again while job")
            try await watch.says("its new contents are job")
            let ids = try await place.status("edit")["jobs"]?.array?.compactMap { $0["id"]?.string } ?? []
            #expect(ids.count == 2)
            try await eventually("each STATUS.txt names the other") {
                let texts = place.files("working").filter { $0.hasSuffix("STATUS.txt") }
                    .compactMap { try? place.text("working/" + $0) }
                return texts.count == 2 && texts.allSatisfy { text in ids.allSatisfy { text.contains($0) } }
            }
            try await finish("both are done", simulator) {
                place.files("working").isEmpty
            }
            #expect(simulator.paidSubmits == 2 && place.has("outbox/edit-2"))
        }
    }

    @Test func `the same name with another ending is a second job, and both are named`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let watch = try await place.watch()
            try place.drop("edit.yaml", Workplace.async)
            try await watch.says("accepted")
            try place.renameIn("EDIT.yml", Workplace.async.replacing("robot", with: "owl"))
            try await watch.says("EDIT.yml has the name of job")
            try await watch.says("EDIT.yml has the same name: it is job")
            try await eventually("each STATUS.txt names the other") {
                let texts = place.files("working").filter { $0.hasSuffix("STATUS.txt") }
                    .compactMap { try? place.text("working/" + $0) }
                return texts.count == 2
                    && texts.contains { $0.contains("An earlier job of this name, from edit.yaml,") }
                    && texts.contains { $0.contains("A later job of this name, from EDIT.yml,") }
            }
            try await finish("both are done", simulator) {
                place.files("working").isEmpty
            }
            #expect(simulator.paidSubmits == 2)
        }
    }

    @Test func `a file called NAME cancel cancels the job, and is taken away`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            let (watch, _) = try await started(place, simulator)
            // One that lies elsewhere, and one that names nothing.
            try place.drop("poster.cancel", "")
            try place.drop("Acme/nobody.cancel", "")
            try await eventually("each waits with a reason") {
                ((try? place.text("inbox/_WAITING.txt")) ?? "").contains("poster.cancel: cancels nothing")
                    && ((try? place.text("inbox/Acme/_WAITING.txt")) ?? "").contains("nobody.cancel: cancels nothing")
            }
            try place.drop("Acme/POSTER.yaml.cancel", "")
            try await watch.says("canceled by inbox/Acme/POSTER.yaml.cancel")
            let closed = simulator.paidSubmits
            try await finish("it has ended", simulator) {
                place.has("failed/Acme/poster/ERROR.txt")
            }
            #expect(try place.text("failed/Acme/poster/ERROR.txt").contains("poster was canceled"))
            // At most the one in flight.
            #expect(closed < 8 && simulator.paidSubmits <= closed + 1)
            #expect(!place.has("inbox/Acme/POSTER.yaml.cancel"))
        }
    }

    @Test func `a file called NAME cancel also stops a job that still waits in the inbox`() async throws {
        try await withWorkplace { place, simulator in
            try place.drop("poster.yaml", Workplace.async + "not_before: 2100-01-01T00:00:00Z\n")
            try place.drop("poster.cancel", "")
            let run = try await place.run()
            #expect(run.error.contains("canceled by inbox/poster.cancel"), "\(run.error)")
            #expect(try place.text("failed/poster/ERROR.txt").contains("Nothing was sent"))
            #expect(place.files("inbox") == [] && simulator.submits == 0)
            #expect(try await place.status("poster").job("poster")?["state"]?.string == "canceled")
        }
    }
}
