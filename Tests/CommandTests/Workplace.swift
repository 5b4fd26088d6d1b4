import DashScopeSimulator
import Foundation
import LedgerSQLite
import RenderCore
import RenderTestSupport
import Synchronization
import Testing

/// The repository's top folder.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

func sample(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: repository.appending(path: path)))
}

extension SimulatorOptions {
    /// Fast enough to be waited for.
    static var quick: SimulatorOptions {
        var options = SimulatorOptions()
        options.speed = 100
        options.limitsFollowSpeed = true
        return options
    }

    /// Nothing is ever done unless the test moves the clock on.
    static var standing: SimulatorOptions {
        var options = SimulatorOptions()
        options.speed = 0.01
        options.limits = false
        return options
    }
}

/// One test's workspace: made by the real binary, worked on by the real binary, against a simulator in this process.
final class Workplace: Sendable {
    /// Job files that are cheap to draw.
    static let sync = "prompt: A paper boat in the rain\nmodel: qwen-image-2.0\nsize: 512*512\nseed: 7\n"
    static let async = "prompt: A tin robot at dusk\nmodel: wan2.2-t2i-flash\nsize: 512*512\nn: 2\nseed: 7\n"
    /// Six renders in a lane that takes two a second and works on two at once, so that four are sent at most.
    static let matrix = """
        prompt: "A small harbour in {season}, {style}"
        model: wan2.2-t2i-flash
        size: 1:1
        matrix:
          season: [spring, summer, winter]
          style: [watercolour, woodcut]
        output: {name: "{job}-{season}-{style}"}

        """

    let folder: TemporaryDirectory
    let root: String
    let baseURL: String
    /// As it would be on a real account, and different in every test.
    let key = "sk-e2e" + UUID().uuidString.replacing("-", with: "").lowercased()

    private struct State {
        var children: [Child] = []
        var dropped: [String: Data] = [:]
        var keys: [String] = []
    }
    private let state = Mutex(State())

    init(baseURL: String) throws {
        folder = try TemporaryDirectory("renderdrop-command")
        root = folder("studio")
        self.baseURL = baseURL
        state.withLock { $0.keys = [key] }
        try FileManager.default.createDirectory(atPath: folder("logs"), withIntermediateDirectories: true)
    }

    // MARK: Commands

    var environment: [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path,
            "TMPDIR": folder.path, "DASHSCOPE_API_KEY": key, "LANG": "C.UTF-8",
        ]
    }

    /// Starts the binary on this workspace; `nil` takes a variable out of the environment.
    ///
    /// - Parameter user: the arguments of `setpriv` that start a command as somebody else.
    func start(
        _ arguments: [String], changing environment: [String: String?] = [:], from place: String? = nil,
        with user: (([String]) -> [String])? = nil
    ) throws -> Child {
        var variables = self.environment
        for (name, value) in environment { variables[name] = value }
        let number = state.withLock { state in
            if let other = environment["DASHSCOPE_API_KEY"] ?? nil, other.hasPrefix("sk-") { state.keys.append(other) }
            return state.children.count
        }
        let child = try Child(
            user == nil ? Child.renderdrop : "/usr/bin/setpriv",
            user.map { $0([Child.renderdrop] + arguments) } ?? arguments, environment: variables,
            folder: place ?? folder.path,
            log: folder("logs/\(number)-\(UUID().uuidString.prefix(4))"))
        state.withLock { $0.children.append(child) }
        return child
    }

    func command(_ arguments: String..., changing environment: [String: String?] = [:]) async throws -> Child.Ended {
        try await start(arguments, changing: environment).ended()
    }

    /// At the lowest level: what is never written must not be written there, either.
    var options: [String] { ["--config", root, "--base-url", baseURL, "--log-level", "debug"] }

    func watch(changing environment: [String: String?] = [:]) async throws -> Child {
        let child = try start(["watch"] + options, changing: environment)
        try await child.says("watching")
        return child
    }

    func startRun(changing environment: [String: String?] = [:]) throws -> Child {
        try start(["run"] + options, changing: environment)
    }

    func run(_ more: String..., changing environment: [String: String?] = [:]) async throws -> Child.Ended {
        try await start(["run"] + options + more, changing: environment).ended()
    }

    func status(_ more: String...) async throws -> JSONValue {
        let ended = try await start(["status", "--json", "--config", root] + more).ended()
        #expect(ended.code == 0, "\(ended.error)")
        return try Self.json(ended.out)
    }

    // MARK: Files

    func callAsFunction(_ path: String) -> String { root + "/" + path }

    /// Writes into the inbox, as a program does that opens, writes and closes.
    func drop(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        try folder.write("studio/inbox/" + name, bytes)
        state.withLock { $0.dropped[name] = Data(bytes) }
    }

    func drop(_ name: String, _ text: String) throws { try drop(name, text.utf8) }

    func dropCat(as name: String = "cat.jpg") throws { try drop(name, try sample("samples/photos/cat.jpg")) }

    /// Writes elsewhere and renames into the inbox, as careful programs do.
    func renameIn(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        let elsewhere = try folder.write("elsewhere-" + UUID().uuidString, bytes)
        guard rename(elsewhere, self("inbox/" + name)) == 0 else { throw Late(description: "rename: \(errno)") }
        state.withLock { $0.dropped[name] = Data(bytes) }
    }

    func renameIn(_ name: String, _ text: String) throws { try renameIn(name, text.utf8) }

    /// A key that is not in the environment, and must not be found in anything that is written, either.
    func guards(_ key: String) { state.withLock { $0.keys.append(key) } }

    /// When a request came in, in seconds of the epoch.
    static func seconds(_ stamp: String) throws -> Double {
        try Date.ISO8601FormatStyle(includingFractionalSeconds: stamp.contains(".")).parse(stamp).timeIntervalSince1970
    }

    /// The test itself takes that file away or changes it.
    func forget(_ name: String) { state.withLock { _ = $0.dropped.removeValue(forKey: name) } }

    /// What lies below a folder, without renderdrop's hidden files; sub-folders themselves are left out.
    func files(_ folder: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: self(folder))?.compactMap { $0 as? String } ?? []
        return all.filter { path in
            !path.split(separator: "/").contains { $0.hasPrefix(".renderdrop") }
                && !Self.isFolder(self(folder) + "/" + path)
        }.sorted()
    }

    func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: self(path)) }

    func text(_ path: String) throws -> String { try String(contentsOfFile: self(path), encoding: .utf8) }

    func json(_ path: String) throws -> JSONValue { try Self.json(try text(path)) }

    static func json(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    /// Width and height, as the header of a PNG has them.
    func size(_ path: String) throws -> [Int] {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: self(path))).prefix(24))
        guard bytes.count == 24, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { return [] }
        func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        return [number(16), number(20)]
    }

    /// When a file was last written, in nanoseconds.
    func written(_ path: String) throws -> Int {
        var facts = stat()
        guard stat(self(path), &facts) == 0 else { throw Late(description: "no \(path)") }
        return facts.st_mtim.tv_sec * 1_000_000_000 + facts.st_mtim.tv_nsec
    }

    private static func isFolder(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// Every path below the test's folder. The workspace may be a mount, which an enumeration of what lies above leaves out.
    var everything: [String] {
        let inside = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return Set(folder.contents).union(inside.map { "studio/" + $0 }).sorted()
    }

    // MARK: What holds in every test

    /// Ends what runs; then: no key in any file or stream, signed links in the ledger alone and only while a job is at work,
    /// every byte that was dropped is still there.
    func close() throws {
        let (children, dropped, keys) = state.withLock { ($0.children, $0.dropped, $0.keys) }
        for child in children { child.send(SIGKILL) }
        // Links that a killed process had erased may stand in the ledger's log: the next start empties it.
        for path in everything where path.hasSuffix("/ledger.sqlite") {
            try? SQLiteLedger(at: folder(path)).close()  // damaged on purpose by some tests
        }
        var kept: Set<Data> = []
        for path in everything {
            var facts = stat()
            guard lstat(folder(path), &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
                let data = FileManager.default.contents(atPath: folder(path))
            else { continue }
            let top = path.split(separator: "/").dropFirst().first ?? ""
            if ["inbox", "working", "archive", "failed"].contains(top) { kept.insert(data) }
        }
        #expect(leaks(keys: keys) == [])
        for (name, bytes) in dropped { #expect(kept.contains(bytes), "\(name) is lost") }
    }
}

/// Makes a workspace with short waits, and a simulator to render against.
///
/// - Parameters:
///   - intake: the `intake` section of its watch.yaml.
///   - provider: the `provider` section; nobody waits two minutes for a lost answer here.
///   - settings: more of its watch.yaml.
///   - turns: the gate that it goes through.
func withWorkplace(
    intake: String = "settle: 200ms", provider: String = "quiet_period: 1s", settings: String = "",
    turns: Turns = .workplaces, _ options: SimulatorOptions = .quick,
    _ body: @Sendable (Workplace, RunningSimulator) async throws -> Void
) async throws {
    await turns.take()
    do {
        try await workplace(intake: intake, provider: provider, settings: settings, options, body)
        await turns.give()
    } catch {
        await turns.give()
        throw error
    }
}

private func workplace(
    intake: String, provider: String, settings: String, _ options: SimulatorOptions,
    _ body: @Sendable (Workplace, RunningSimulator) async throws -> Void
) async throws {
    try await Simulator(options: options).withRunning { simulator in
        let place = try Workplace(baseURL: simulator.baseURL)
        let made = try await place.command("init", place.root)
        try #require(made.code == 0, "\(made.error)")
        let settings = "intake: {\(intake)}\nprovider: {\(provider)}\n\(settings)\n"
        try Data(settings.utf8).write(to: URL(fileURLWithPath: place("watch.yaml")))
        do {
            try await body(place, simulator)
        } catch {
            try place.close()
            throw error
        }
        try place.close()
    }
}

extension RunningSimulator {
    /// Submits that were accepted, and so may be billed.
    var paidSubmits: Int { paid().reduce(0) { $0 + $1.submits } }

    /// All but the one free question of each start.
    var requestsForJobs: [ReceivedRequest] {
        requests().filter { $0.kind != .list || !$0.target.hasSuffix("page_size=1") }
    }

    /// Submits that arrived, accepted or not.
    var submits: Int { requests(.submit).count }

    /// Every task and call that runs comes to its end.
    func finishAll() { advance(seconds: 7200) }

    /// The same, where one does: a clock that is moved on without need lets results die.
    func finishWhatRuns() {
        if tasks().contains(where: { $0.status == "PENDING" || $0.status == "RUNNING" }) { finishAll() }
    }

    func requests(_ kind: RequestKind) -> [ReceivedRequest] { requests().filter { $0.kind == kind } }
}

extension JSONValue {
    /// The job of that name in what `status` said.
    func job(_ name: String) -> JSONValue? { self["jobs"]?.array?.first { $0["name"]?.string == name } }

    var renderStates: [String] { self["renders"]?.array?.compactMap { $0["state"]?.string } ?? [] }
}
