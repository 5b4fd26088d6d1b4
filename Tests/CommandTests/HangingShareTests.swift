import DashScopeSimulator
import Foundation
import Glibc
import RenderTestSupport
import Testing

/// A folder on a mount whose server can be stopped: every call into it waits then, and no error comes.
final class HangingMount {
    private let target: String
    private let source: String
    private let server: SpawnedProcess
    private let waiting: String

    /// Mounts over a folder; what lay in it is behind the mount.
    init(over target: String, keeping source: String) throws {
        self.target = target
        self.source = source
        let files = FileManager.default
        if files.fileExists(atPath: target) {
            try files.moveItem(atPath: target, toPath: source)
        } else {
            try files.createDirectory(atPath: source, withIntermediateDirectories: true)
        }
        try files.createDirectory(atPath: target, withIntermediateDirectories: true)
        let before = Self.device(target)
        server = try SpawnedProcess(["/usr/bin/env", "bindfs", "-f", source, target])
        let deadline = ContinuousClock.now + .seconds(20)
        while Self.device(target) == before {
            guard server.exitCode == nil, ContinuousClock.now < deadline else {
                server.send(SIGKILL)
                throw Late(description: "bindfs does not mount")
            }
            usleep(10_000)
        }
        waiting = try Self.waiting(Self.device(target))
    }

    /// Stops the server between two requests: a process cannot be ended while it waits for one that the server has begun.
    func stop() throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            server.send(SIGSTOP)
            while !Self.isStopped(server.pid) { usleep(1_000) }
            if try String(contentsOfFile: waiting, encoding: .utf8) == "0\n" { return }
            goOn()
            guard ContinuousClock.now < deadline else { throw Late(description: "the mount is never idle") }
            usleep(5_000)
        }
    }

    /// Where the kernel says how many requests the server has not answered.
    private static func waiting(_ device: UInt) throws -> String {
        let connections = "/sys/fs/fuse/connections"
        if try FileManager.default.contentsOfDirectory(atPath: connections).isEmpty {
            try Tools.run(["mount", "-t", "fusectl", "fusectl", connections])
        }
        let minor = device & 0xFF | device >> 12 & ~0xFF
        return "\(connections)/\(minor)/waiting"
    }

    private static func isStopped(_ pid: Int32) -> Bool {
        let tasks = "/proc/\(pid)/task"
        let ids = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []  // none: it has ended
        return ids.allSatisfy { id in
            ((try? String(contentsOfFile: "\(tasks)/\(id)/status", encoding: .utf8)) ?? "").contains("State:\tT")
        }
    }

    func goOn() { server.send(SIGCONT) }

    /// A server that is stopped answers no unmount, either.
    func end() {
        goOn()
        umount2(target, Int32(MNT_DETACH))
        server.send(SIGTERM)
        if server.wait(seconds: 5) == nil { server.send(SIGKILL) }
        // What was written through the mount lies at its place again.
        if rmdir(target) == 0 { rename(source, target) }
    }

    private static func device(_ path: String) -> UInt {
        var facts = stat()
        return stat(path, &facts) == 0 ? facts.st_dev : 0
    }

    /// Whether a thread of the process waits for a FUSE server.
    static func hangs(_ child: Child) -> Bool {
        let tasks = "/proc/\(child.pid)/task"
        let ids = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        return ids.contains { id in
            let place = try? String(contentsOfFile: "\(tasks)/\(id)/wchan", encoding: .utf8)
            let stack = try? String(contentsOfFile: "\(tasks)/\(id)/stack", encoding: .utf8)
            return ((place ?? "") + (stack ?? "")).contains("request_wait_answer")
        }
    }
}

@Suite(
    .timeLimit(.minutes(15)),
    .enabled(
        if: getuid() == 0 && access("/dev/fuse", R_OK | W_OK) == 0 && access("/usr/bin/bindfs", X_OK) == 0,
        "needs root, FUSE and bindfs"))
struct HangingShareTests {
    /// A second is promised. The mount hangs for ever, so a machine that is busy with other tests may take longer to see the end.
    private static let promised = Duration.seconds(6 * Child.slowness)

    /// Runs the body with a mount over one of the workspace's folders, and takes it away before the workspace is looked at.
    private func mounted(
        _ place: Workplace, _ folder: String, _ body: (HangingMount) async throws -> Void
    ) async throws {
        let mount = try HangingMount(over: place(folder), keeping: place.folder("below"))
        do {
            try await body(mount)
        } catch {
            mount.end()
            throw error
        }
        mount.end()
    }

    @Test(arguments: ["watch", "run"], ["inbox/sub", "working", "outbox", "archive", "failed"])
    func `the second signal ends it within a second, whatever hangs`(command: String, folder: String) async throws {
        try await withWorkplace(.standing) { place, simulator in
            try await mounted(place, folder) { mount in
                try place.drop("robot.yaml", Workplace.async)
                let child = try place.start([command] + place.options)
                try await eventually("the submit") { simulator.paidSubmits == 1 }
                try await child.says("accepted")
                try mount.stop()
                simulator.finishAll()
                // A scan of the inbox, and a job for each shelf.
                try place.drop("boat.yaml", Workplace.async)
                try place.drop("bad.yaml", "promt: a mistake\n")
                try await eventually("it hangs") { HangingMount.hangs(child) }
                child.send(SIGTERM)
                try await Task.sleep(for: .seconds(2))
                // A stop gives up a listing, so the first signal may be enough where only that hangs.
                let mayEndAlone = folder == "inbox/sub"
                #expect(mayEndAlone || !child.hasEnded)
                let start = ContinuousClock.now
                child.send(SIGTERM)
                let ended = try await child.ended(within: .seconds(20))
                #expect(ended.code == 130 || mayEndAlone && [0, 15].contains(ended.code), "\(ended.error)")
                #expect(ContinuousClock.now - start < Self.promised)
                mount.goOn()
                let run = try place.startRun()
                try await eventually("the rest is done") {
                    simulator.finishWhatRuns()
                    return run.hasEnded
                }
                // Of the mistake, if this run found it.
                #expect([0, 3].contains(try await run.ended().code))
                #expect(simulator.paidSubmits == 2)
            }
        }
    }

    @Test func `an archive that hangs holds up no submit, and is named`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            try await mounted(place, "archive") { mount in
                let watch = try await place.watch()
                try place.drop("robot.yaml", Workplace.async)
                try await watch.says("accepted")
                try mount.stop()
                simulator.finishAll()
                try await eventually("it hangs") { HangingMount.hangs(watch) }
                try place.drop("boat.yaml", Workplace.async)
                try await eventually("the other job is sent") { simulator.paidSubmits == 2 }
                try await watch.says("has not answered for 20 s: a share hangs")
                mount.goOn()
                try await watch.says("robot: done")
                try await eventually("it is done") {
                    simulator.finishWhatRuns()
                    return watch.error.contains("boat: done")
                }
            }
        }
    }

    /// Leaving closes a file, and a close is a call, too.
    @Test func `it ends with a file open on the share that hangs`() async throws {
        try await withWorkplace { place, simulator in
            try await mounted(place, "outbox") { mount in
                simulator.addFault(.init(.result, nth: 1), .hang(after: 3000))
                let watch = try await place.watch()
                try place.drop("boat.yaml", Workplace.sync)
                try await eventually("the download") {
                    let staging = place("outbox/.renderdrop-staging")
                    let files = (try? FileManager.default.contentsOfDirectory(atPath: staging)) ?? []
                    return files.contains { name in
                        // A temporary one may be gone since.
                        let facts = try? FileManager.default.attributesOfItem(atPath: staging + "/" + name)
                        return facts?[.size] as? Int == 3000
                    }
                }
                try mount.stop()
                watch.send(SIGTERM)
                try await Task.sleep(for: .milliseconds(500))
                let start = ContinuousClock.now
                watch.send(SIGTERM)
                let ended = try await watch.ended(within: .seconds(20))
                // Nothing need be waited for where the close is not.
                #expect([0, 130].contains(ended.code), "\(ended.error)")
                #expect(ContinuousClock.now - start < Self.promised)
                mount.goOn()
                #expect(try await place.run().code == 0)
                #expect(simulator.paidSubmits == 1)
            }
        }
    }

    @Test func `a share that hangs is told of once, and once more when it answers again`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            try await mounted(place, "inbox/sub") { mount in
                let watch = try await place.watch()
                try place.drop("robot.yaml", Workplace.async)
                try await watch.says("accepted")
                try mount.stop()
                try place.drop("boat.yaml", Workplace.async)
                try await eventually("it hangs") { HangingMount.hangs(watch) }
                try await watch.says("has not answered for 20 s: a share hangs")
                #expect(
                    watch.error.contains(
                        "takes nothing new from the inbox, but still follows its tasks at the provider"))
                try await eventually("the overview says so") {
                    let text = try place.text("RENDERDROP-STATUS.txt")
                    return text.contains("OUT OF ORDER: \(place("inbox")) has not answered")
                        && !text.contains("Working")
                }
                // What needs nothing of the inbox goes on.
                simulator.finishAll()
                try await watch.says("robot: done")
                mount.goOn()
                try await watch.says("answers again")
                try await eventually("all is well again") {
                    try place.text("RENDERDROP-STATUS.txt").contains("Working; job files are taken")
                }
                try await eventually("the other job is sent") { simulator.paidSubmits == 2 }
                #expect(watch.error.ranges(of: "a share hangs").count == 1)
                try await eventually("it is done") {
                    simulator.finishWhatRuns()
                    return watch.error.contains("boat: done")
                }
            }
        }
    }

    @Test func `with the inbox hanging, status and doctor answer, and one signal is enough`() async throws {
        try await withWorkplace(.standing) { place, simulator in
            try await mounted(place, "inbox/sub") { mount in
                let watch = try await place.watch()
                try place.drop("robot.yaml", Workplace.async)
                try await watch.says("accepted")
                try mount.stop()
                try place.drop("boat.yaml", Workplace.async)
                try await eventually("it hangs") { HangingMount.hangs(watch) }
                #expect(try await place.status().job("robot") != nil)
                watch.send(SIGTERM)
                let ended = try await watch.ended(within: .seconds(60))
                #expect(ended.code == 0, "\(ended.error)")
            }
            for folder in ["inbox", "outbox"] {
                try await mounted(place, folder) { mount in
                    try mount.stop()
                    let words = "\(folder) has not answered for 3 s"
                    for more in [[], ["robot"], ["inbox/robot.yaml"]] {
                        let status = try await place.start(["status", "--config", place.root] + more).ended()
                        #expect(status.code == 0 && status.error.contains(words), "\(more) \(status.error)")
                        #expect(status.out.contains("robot"))
                    }
                    let doctor = try await place.command(
                        "doctor", "--config", place.root, "--base-url", place.baseURL)
                    #expect(doctor.code == 15 && doctor.out.contains(words), "\(doctor.out)")
                }
            }
        }
    }
}
