import DashScopeSimulator
import Foundation
import Glibc
import RenderCore
import RenderTestSupport

/// One workspace on the mounts of a combination, and what is done to it.
final class MountBench {
    struct Job: Sendable {
        var prompt: String
        var files: [String: Data]
        /// The job file's path in the inbox.
        var path: String
    }

    let place: Workplace
    let combination: MountCombination
    private let simulator: RunningSimulator
    private let mounts: Mounts
    private var chance: Chance
    private var samba: SambaShare?

    private(set) var jobs: [Job] = []
    private(set) var report = Report()

    struct Report: Sendable {
        var kills = 0
        /// Those that left a job file in the inbox and its copy in `working/`.
        var between = 0
        var starts = 0
        var faultsMet = 0
        var paid = 0
        var codes: [Int32: Int] = [:]
        var faults: [String] = []
    }

    init(_ combination: MountCombination, _ simulator: RunningSimulator, seed: UInt64) throws {
        self.combination = combination
        self.simulator = simulator
        chance = Chance(seed: seed)
        place = try Workplace(baseURL: simulator.baseURL)
        mounts = Mounts(place.folder)
        chmod(place.folder.path, 0o755)
        try FileManager.default.createDirectory(atPath: place.root, withIntermediateDirectories: true)
        chown(place.root, owner, owner)
        for path in [place.folder.path, place.folder("logs")] { chown(path, owner, owner) }
        do {
            for (name, kind) in combination.mounts { try mounts.mount(kind, at: place(name), owner: owner) }
        } catch {
            mounts.unmountAll()
            throw error
        }
    }

    func close() throws {
        samba?.stop()
        if combination.drop == .immutable { for path in dropPaths { _ = try? Tools.run(["chattr", "-i", path]) } }
        defer { mounts.unmountAll() }
        if !report.faults.isEmpty, let shelf = ProcessInfo.processInfo.environment["TORTURE_KEEP"] {
            let name = combination.name.replacing("/", with: "-")
            try Tools.run(["mkdir", "-p", shelf])
            // What cannot be copied is left out: the logs matter.
            _ = try? Tools.run(["cp", "-r", place.folder.path, shelf + "/" + name])
        }
        try place.close()
    }

    private var owner: UInt32 { combination.isSecondUser ? SecondUser.renderdrop : getuid() }
    private var dropPaths: [String] { jobs.flatMap { $0.files.keys.map { place("inbox/" + $0) } } }

    func fault(_ words: String) { report.faults.append(words) }

    // MARK: Set-up

    func prepare() async throws {
        let made = try await command(["init", place.root], nil)
        guard made.code == 0 else { throw Late(description: "init: \(made.error)") }
        let intake = "settle: 100ms, scan: 500ms, wait_for_references: 1s"
        let unmovable = combination.unmovable == "copy" ? ", unmovable: copy" : ""
        try place.folder.write(
            "studio/watch.yaml",
            "intake: {\(intake)\(unmovable)}\n\(Torture.settings)\nlimits: {unreachable: 500ms, disk_reserve: 0}\n".utf8
        )
        switch combination.drop {
        case .own, .immutable, .secret: break
        case .sticky:
            // The owner of a sticky folder may remove everything in it.
            chown(place("inbox"), 0, 0)
            chmod(place("inbox"), 0o1777)
        case .readOnly:
            let source = place.folder("readonly")
            try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
            try FileManager.default.createDirectory(atPath: place("inbox/sub"), withIntermediateDirectories: true)
            chown(source, owner, owner)
            try mounts.mountReadOnly(source, at: place("inbox/sub"))
        case .foreignFolder:
            try FileManager.default.createDirectory(atPath: place("inbox/sub"), withIntermediateDirectories: true)
            chown(place("inbox/sub"), SecondUser.stranger, SecondUser.stranger)
        case .samba:
            chmod(place("inbox"), 0o777)
            let share = try SambaShare(place.folder("smb"), serving: place("inbox"))
            samba = share
            try await share.waitUntilReady()
            try share.client("mkdir sub")
        }
    }

    // MARK: Drops

    /// A job with a picture, or without one.
    func drop() throws {
        let number = jobs.count + 1
        let hasPicture = number % 2 == 0
        let folder = ["readOnly", "foreignFolder", "samba"].contains("\(combination.drop)") ? "sub/" : ""
        let prompt = "Robot number \(number) of \(combination.name)"
        let name = "\(folder)job\(number)"
        var text = "prompt: \"\(prompt)\"\nsize: 512*512\nseed: \(number)\n"
        var files: [String: Data] = [:]
        if hasPicture {
            text = "prompt: \"\(prompt)\"\nmodel: wan2.5-i2i-preview\nreferences: [pic\(number).jpg]\nseed: \(number)\n"
            // A byte of its own behind its end, so that each picture is another.
            files["\(folder)pic\(number).jpg"] = Data(try sample("samples/photos/cat.jpg") + [UInt8(number % 256)])
        } else {
            text += "model: wan2.2-t2i-flash\nn: 1\n"
        }
        files[name + ".yaml"] = Data(text.utf8)
        jobs.append(Job(prompt: prompt, files: files, path: name + ".yaml"))
        for (path, data) in files.sorted(by: { $0.key > $1.key }) { try put(path, data) }
    }

    private func put(_ path: String, _ data: Data) throws {
        let target = place("inbox/" + path)
        if let samba {
            let local = place.folder("upload")
            try data.write(to: URL(filePath: local))
            try samba.client("put \(local) \(path.replacing("/", with: "\\"))")
            return
        }
        // The folder is read-only at this path only.
        let written =
            combination.drop == .readOnly ? place.folder("readonly/" + (path as NSString).lastPathComponent) : target
        try data.write(to: URL(filePath: written))
        switch combination.drop {
        case .own, .readOnly, .immutable: chown(written, owner, owner)
        case .sticky, .foreignFolder, .secret: chown(written, SecondUser.stranger, SecondUser.stranger)
        case .samba: break
        }
        chmod(written, combination.drop == .secret ? 0o600 : 0o644)
        if combination.drop == .immutable { try Tools.run(["chattr", "+i", written]) }
    }

    /// What stood in the way is taken away.
    func lift() throws {
        switch combination.drop {
        case .own: break
        case .sticky, .secret:
            for path in dropPaths where access(path, F_OK) == 0 { chown(path, owner, owner) }
        case .immutable: for path in dropPaths where access(path, F_OK) == 0 { try Tools.run(["chattr", "-i", path]) }
        case .readOnly: try Tools.run(["mount", "-o", "remount,bind,rw", place("inbox/sub")])
        case .foreignFolder: chown(place("inbox/sub"), owner, owner)
        case .samba: chmod(place("inbox/sub"), 0o777)
        }
    }

    // MARK: Runs

    private func command(_ arguments: [String], _ hostile: HostileCalls?) async throws -> Child.Ended {
        var words = [Child.renderdrop] + arguments
        if combination.isSecondUser { words = SecondUser.command(try SecondUser.binary.get().path, arguments) }
        report.starts += 1
        let log = callLog
        var environment = place.environment
        if let hostile { environment.merge(try hostile.environment(log: log)) { _, own in own } }
        let child = try Child(
            "/usr/bin/env", words, environment: environment, folder: place.folder.path,
            log: place.folder("logs/start-\(report.starts)"))
        return try await child.ended(within: .seconds(120))
    }

    private var callLog: String { place.folder("logs/calls-\(report.starts)") }

    /// Runs until the inbox is drained; a fault is injected where one is given.
    @discardableResult func run(_ hostile: HostileCalls? = nil) async throws -> Child.Ended {
        do {
            let ended = try await command(["run", "--config", place.root, "--base-url", place.baseURL], hostile)
            report.codes[ended.code, default: 0] += 1
            return ended
        } catch let late as Late {
            fault("`run` did not end: \(late.description.suffix(1500))")
            throw late
        }
    }

    /// Whether the last process met the call that it was to fail at.
    private func metFault() -> Bool {
        let text = FileManager.default.contents(atPath: callLog).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").contains { !$0.contains(" passed ") }
    }

    /// Kills it between a copy and the removal of its original, or around the rename that is a claim.
    func kill() async throws {
        let (inbox, working) = (place("inbox"), place("working"))
        let at = Int.random(in: 1...2, using: &chance)
        let moments: [HostileCalls] = [
            // What was copied is there under its name.
            .init(
                calls: ["rename", "link"], under: [working], names: [".yaml", ".jpg"], at: at, action: "kill-after"),
            // The original is about to go, or to be renamed.
            .init(
                calls: ["unlink", "rename"], under: [inbox], names: [".yaml", ".jpg"], at: at, action: "kill-before"),
            .init(
                calls: ["unlink", "rename"], under: [inbox], names: [".yaml", ".jpg"], at: at, action: "kill-after"),
            // The flush between both.
            .init(calls: ["flush"], under: [working], names: [".yaml", ".jpg"], at: at, action: "kill-before"),
            // Anything else of a claim.
            .init(
                calls: HostileCalls.changing, under: [inbox, working], at: Int.random(in: 5...40, using: &chance),
                action: "kill-before"),
        ]
        // Most of them where it is dangerous.
        let moment =
            chance.happens(0.7) ? moments[Int.random(in: 0...1, using: &chance)] : moments.randomElement(using: &chance)
        let ended = try await run(moment)
        if ended.code == -SIGKILL || ended.code == 128 + SIGKILL {
            report.kills += 1
            if isBetween { report.between += 1 }
        }
        checkVisible()
    }

    /// Whether the bytes of a drop are in the inbox and in `working/`, there and here under whatever name.
    private var isBetween: Bool {
        let working = everything(below: "working")
        return !everything(below: "inbox").isDisjoint(with: working.intersection(jobs.flatMap(\.files.values)))
    }

    private func everything(below folder: String) -> Set<Data> {
        let paths = FileManager.default.enumerator(atPath: place(folder))?.compactMap { $0 as? String } ?? []
        return Set(paths.compactMap { FileManager.default.contents(atPath: place(folder) + "/" + $0) })
    }

    /// The k-th call fails, once or from then on; gives back whether there was a k-th one.
    func fail(at k: Int, action: String, calls: [String]) async throws -> Bool {
        let folders = MountCombination.folders.map { place($0) }
        try await run(
            HostileCalls(
                calls: calls, under: folders, at: k, action: action, times: k % 5 == 0 ? 3 : 1))
        let met = metFault()
        if met { report.faultsMet += 1 }
        checkVisible()
        return met
    }

    /// The jobs without a sidecar in the outbox.
    var undelivered: [Job] {
        let delivered = Set(place.files("outbox").map { ($0 as NSString).lastPathComponent })
        return jobs.filter { job in
            !delivered.contains((job.path as NSString).lastPathComponent.replacing(".yaml", with: ".json"))
        }
    }

    // MARK: What must hold

    private func accepted() throws -> [String: Int] {
        try simulator.requests(.submit).reduce(into: [:]) { counts, request in
            guard request.status == 200 || request.status == 0 else { return }
            let body = try Workplace.json(request.body ?? "null")
            let input = body["input"] ?? .null
            let prompt =
                input["prompt"]?.string
                ?? input["messages"]?[0]?["content"]?.array?.compactMap { $0["text"]?.string }.first
            counts[prompt ?? "?", default: 0] += 1
        }
    }

    /// Nothing is paid for twice, and each job `times` often.
    func checkPaid(_ times: Int?) throws {
        let accepted = try accepted()
        report.paid = accepted.values.reduce(0, +)
        for job in jobs {
            let count = accepted[job.prompt] ?? 0
            if count > 1 { fault("\(job.path) was paid \(count) times") }
            if let times, count < times || count > times, count < 2 {
                fault("\(job.path) was paid \(count) times, not \(times)")
            }
        }
    }

    /// Every dropped byte lies in the inbox, in `working/`, in the archive or in `failed/`, under a name that people see.
    func checkKept() {
        var kept: Set<Data> = []
        for folder in ["inbox", "working", "archive", "failed"] {
            for path in place.files(folder) {
                if let data = FileManager.default.contents(atPath: place(folder + "/" + path)) { kept.insert(data) }
            }
        }
        for job in jobs {
            for (path, data) in job.files where !kept.contains(data) { fault("\(path) is lost") }
        }
    }

    /// Nothing half-done stands in the outbox: pictures have their end, sidecars their outputs.
    func checkVisible() {
        for path in place.files("outbox") {
            guard let data = FileManager.default.contents(atPath: place("outbox/" + path)) else { continue }
            if path.hasSuffix(".png"), data.suffix(8) != Data([0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]) {
                fault("outbox/\(path) is not whole")
            }
            guard path.hasSuffix(".json") else { continue }
            guard let sidecar = try? JSONDecoder().decode(JSONValue.self, from: data) else {
                fault("outbox/\(path) is not whole")
                continue
            }
            for output in sidecar["outputs"]?.array ?? [] {
                let file = output["file"]?.string ?? "?"
                let beside =
                    "outbox/"
                    + ((path as NSString).deletingLastPathComponent as NSString)
                    .appendingPathComponent(file)
                if !place.has(beside) { fault("outbox/\(path) names \(file), which is not there") }
            }
        }
    }

    /// Every job's sidecar is there.
    func checkDelivered() {
        for job in undelivered { fault("\(job.path) was not delivered") }
    }

    /// What is not taken stands in the inbox, with its reason.
    func checkWaiting() {
        for job in jobs where !place.has("inbox/" + job.path) { fault("\(job.path) left the inbox") }
        let notes = place.files("inbox").filter { $0.hasSuffix(OwnFiles.waiting) }
        let text = notes.compactMap { try? place.text("inbox/" + $0) }.joined()
        // A folder of which nothing can be taken may stand for its files.
        for job in jobs where !text.contains((job.path as NSString).lastPathComponent) && !text.contains("sub/") {
            fault("\(job.path) waits, and no \(OwnFiles.waiting) says so")
            break
        }
    }
}
